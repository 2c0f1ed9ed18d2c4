using System.IO;

namespace StackSharp.Tests.TestKit;

/// <summary>The checkout that the tests were built from: they read sources, captures and approved files in place.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>A path from the root, in the form of this system.</summary>
    public static string PathOf(string relative) => Path.GetFullPath(Path.Combine(Root, relative));

    /// <summary>A path below the root as documents write it: from the root, with slashes.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/');

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "StackSharp.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"No StackSharp.sln above {AppContext.BaseDirectory}: the tests run from a checkout.");
    }
}
