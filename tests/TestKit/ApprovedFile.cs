using System.IO;
using Xunit;

namespace StackSharp.Tests.TestKit;

/// <summary>
/// A committed file that a test can produce: a difference is a failure, so a change to what it shows is a line in review.
/// With STACKSHARP_UPDATE_APPROVED=1 the test writes the file instead.
/// </summary>
public static class ApprovedFile
{
    public const string UpdateCommand = "STACKSHARP_UPDATE_APPROVED=1 dotnet test --filter FullyQualifiedName~";

    public static bool IsUpdating { get; } = Environment.GetEnvironmentVariable("STACKSHARP_UPDATE_APPROVED") == "1";

    /// <param name="relativePath">From the root of the checkout.</param>
    /// <param name="content">What the file should hold, with LF line ends.</param>
    /// <param name="testClass">The class whose tests rewrite it, for the message.</param>
    public static void Verify(string relativePath, string content, Type testClass)
    {
        string path = Repository.PathOf(relativePath);
        if (IsUpdating) Write(path, content);
        string approved = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (approved == content) return;
        Assert.Fail($"{relativePath} is not what the code says now. {FirstDifference(approved, content)}{Environment.NewLine}" +
            $"If that is meant: {UpdateCommand}{testClass.Name}");
    }

    public static void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path) || File.ReadAllText(path) != content) File.WriteAllText(path, content);
    }

    private static string FirstDifference(string approved, string content)
    {
        string[] before = approved.Split('\n');
        string[] after = content.Split('\n');
        int line = 0;
        while (line < before.Length && line < after.Length && before[line] == after[line]) line++;
        return $"First difference in line {line + 1}:{Environment.NewLine}" +
            $"  approved: {(line < before.Length ? before[line] : "(ends)")}{Environment.NewLine}" +
            $"  now:      {(line < after.Length ? after[line] : "(ends)")}";
    }
}
