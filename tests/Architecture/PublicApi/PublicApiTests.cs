using System.IO;
using System.Reflection;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Architecture.PublicApi;

/// <summary>The public API of each assembly is an approved text file, so that a change to it shows in review as a line.</summary>
public sealed class PublicApiTests
{
    private static readonly string[] Assemblies = ["StackSharp.Stack", "StackSharp.Drivers", "StackSharp.Api", "StackSharp.AspNetCore"];

    /// <summary>An assembly is held to its file from the day there is one.</summary>
    [Fact]
    public void Public_api_is_the_approved_one() => Assert.All(
        Assemblies.Where(assembly => ApprovedFile.IsUpdating || File.Exists(Repository.PathOf(FileOf(assembly)))),
        assembly => ApprovedFile.Verify(FileOf(assembly), ApiText.Of(Assembly.Load(assembly)), typeof(PublicApiTests)));

    [Fact]
    public void An_approved_file_belongs_to_an_assembly()
    {
        string folder = Repository.PathOf("tests/Architecture/Approved");
        if (!Directory.Exists(folder)) return;
        Assert.Empty(Directory.EnumerateFiles(folder).Select(Repository.Relative).Except(Assemblies.Select(FileOf)));
    }

    private static string FileOf(string assembly) => $"tests/Architecture/Approved/{assembly}.txt";
}
