using System.IO;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Architecture;

/// <summary>A capture that no test reads proves nothing, and one without its story cannot be judged.</summary>
public sealed class CaptureTests
{
    [Fact]
    public void Every_capture_is_named_by_a_test()
    {
        string[] sources = [.. SourceFiles().Select(File.ReadAllText)];
        Assert.All(Captures(), capture => Assert.Contains(sources, source => source.Contains($"{Path.GetFileName(capture)}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_capture_has_a_description_beside_it() =>
        Assert.All(Captures(), capture => Assert.True(File.Exists(Repository.PathOf(Path.ChangeExtension(capture, ".md"))), capture));

    [Fact]
    public void Every_capture_lies_in_the_folder_of_its_protocol() =>
        Assert.All(Captures(), capture => Assert.Equal(3, capture.Split('/').Length));

    private static IEnumerable<string> Captures() =>
        Directory.EnumerateFiles(Repository.PathOf("pcaps"), "*.*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".pcap" or ".pcapng").Select(Repository.Relative);

    private static IEnumerable<string> SourceFiles() =>
        Directory.EnumerateFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !Repository.Relative(path).Split('/').Any(folder => folder is "bin" or "obj"));
}
