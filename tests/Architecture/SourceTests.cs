using System.IO;
using System.Text.RegularExpressions;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Architecture;

/// <summary>Habits of the sources that no analyzer holds.</summary>
public sealed partial class SourceTests
{
    private const int MaximumLines = 400;

    [Fact]
    public void A_file_stays_short() =>
        Assert.All(Sources(), file => Assert.InRange(File.ReadLines(Repository.PathOf(file)).Count(), 1, MaximumLines));

    [Fact]
    public void A_name_says_what_a_thing_is() =>
        Assert.All(Sources(), file => Assert.DoesNotMatch(EmptyWords(), Path.GetFileNameWithoutExtension(file)));

    [Fact]
    public void Sources_have_no_regions() =>
        Assert.All(Sources(), file => Assert.DoesNotMatch(Region(), File.ReadAllText(Repository.PathOf(file))));

    /// <summary>Or they would measure and disturb each other.</summary>
    [Fact]
    public void Interop_tests_run_one_at_a_time() =>
        Assert.All(
            typeof(SourceTests).Assembly.GetExportedTypes().Where(type => type.Namespace?.StartsWith("StackSharp.Tests.Interop", StringComparison.Ordinal) == true && HasTests(type)),
            type => Assert.Equal(InteropCollection.Name, type.GetCustomAttributes(inherit: true).OfType<CollectionAttribute>().SingleOrDefault()?.Name));

    private static bool HasTests(Type type) => type.GetMethods().Any(method => method.GetCustomAttributes(inherit: true).OfType<FactAttribute>().Any());

    private static IEnumerable<string> Sources() =>
        from folder in new[] { "src", "tests", "tools", "samples" }
        where Directory.Exists(Repository.PathOf(folder))
        from path in Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)
        let file = Repository.Relative(path)
        where !file.Split('/').Any(part => part is "bin" or "obj")
        select file;

    [GeneratedRegex("(Manager|Helper|Helpers|Util|Utils|Utilities|Utility|Common|Misc)$")]
    private static partial Regex EmptyWords();

    [GeneratedRegex(@"^\s*#region", RegexOptions.Multiline)]
    private static partial Regex Region();
}
