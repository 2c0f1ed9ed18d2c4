using System.IO;
using System.Text.RegularExpressions;
using StackSharp.Tests.Golden;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Architecture;

/// <summary>A capture that no test reads proves nothing, and one without its story cannot be judged.</summary>
public sealed partial class CaptureTests
{
    private const long LargestBytes = 100 << 10;

    [Fact]
    public void Every_capture_is_opened_by_a_test()
    {
        HashSet<string> opened = [.. SourceFiles().SelectMany(file => Opening().Matches(File.ReadAllText(file))).Select(call => call.Groups[1].Value)];
        Assert.Equal(CaptureFile.All, opened.Order(StringComparer.Ordinal));
    }

    /// <summary>Every frame decodes, every checksum is right, and the description counts what is there.</summary>
    [Fact]
    public void Every_capture_decodes_to_what_its_description_says() => Assert.All(CaptureFile.All, capture =>
    {
        string description = File.ReadAllText(CaptureFile.PathOf(Path.ChangeExtension(capture, ".md")));
        CaptureContents contents = CaptureContents.Of(CaptureFile.Read(capture));
        Assert.Contains($"- **Holds**: {contents}.", description, StringComparison.Ordinal);
    });

    [Fact]
    public void Every_capture_is_small() =>
        Assert.All(CaptureFile.All, capture => Assert.InRange(new FileInfo(CaptureFile.PathOf(capture)).Length, 1, LargestBytes));

    [Fact]
    public void Every_capture_has_a_description_beside_it() =>
        Assert.All(CaptureFile.All, capture => Assert.True(File.Exists(CaptureFile.PathOf(Path.ChangeExtension(capture, ".md"))), capture));

    [Fact]
    public void Every_capture_lies_in_the_folder_of_its_protocol() =>
        Assert.All(CaptureFile.All, capture => Assert.Equal(2, capture.Split('/').Length));

    [GeneratedRegex("""CaptureFile\.(?:Read|PathOf)\("([^"]+)"\)""")]
    private static partial Regex Opening();

    private static IEnumerable<string> SourceFiles() =>
        Directory.EnumerateFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !Repository.Relative(path).Split('/').Any(folder => folder is "bin" or "obj"));
}
