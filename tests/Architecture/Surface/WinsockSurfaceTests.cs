using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Architecture.Surface;

/// <summary>The API held against the list of what Winsock consists of.</summary>
public sealed class WinsockSurfaceTests
{
    private static WinsockSurface Surface => WinsockSurface.Current;

    [Fact]
    public void A_name_stands_in_one_row() =>
        Assert.Empty(Surface.Rows.GroupBy(row => row.Name).Where(group => group.Count() > 1).Select(group => group.Key));

    [Fact]
    public void Every_function_is_in_a_row() =>
        Assert.Empty(Surface.Existing.Functions.Except(Surface.Rows.Where(row => row.Kind == "function").SelectMany(row => row.Forms))
            .Select(name => $"{name}: give it a row in {WinsockSurface.File}"));

    [Fact]
    public void Every_constant_is_in_a_row() =>
        Assert.Empty(Surface.Existing.Constants.Keys.Except(Surface.Rows.Where(row => row.Kind is "constant" or "flag").Select(row => row.Name))
            .Select(name => $"{name}: give it a row in {WinsockSurface.File}"));

    [Fact]
    public void A_constant_has_the_value_that_is_documented() =>
        Assert.Empty(Surface.Rows.Where(row => row.Value is not null && Surface.Existing.Constants.TryGetValue(row.Name, out uint? value) && value != row.Value)
            .Select(row => $"{row.Name} is {Surface.Existing.Constants[row.Name]:X}, not {row.Value:X}"));

    [Fact]
    public void A_reason_belongs_to_a_name_that_is_missing()
    {
        Dictionary<string, SurfaceRow> rows = Surface.Rows.ToDictionary(row => row.Name);
        Assert.All(Surface.Reasons, reasons =>
        {
            Assert.False(string.IsNullOrWhiteSpace(Assert.Single(reasons)));
            Assert.False(Surface.Existing.Contains(rows[reasons.Key]), $"{reasons.Key} is there: take it off {WinsockSurface.ReasonsFile}");
        });
    }

    [Theory]
    [InlineData("sockets\tsocket\tfunction\tcore")]
    [InlineData("sockets\tsocket\tfunction\tsome\t")]
    [InlineData("sockets\tsocket\tthing\tcore\t")]
    [InlineData("flags\tMSG_OOB\tflag\tcore\tone")]
    public void A_row_that_is_not_whole_is_refused(string line) => Assert.Throws<FormatException>(() => SurfaceRow.Parse(line));

    [Fact]
    public void Names_are_found_in_tests_and_not_between_them() => Assert.Equal(
        [("AF_INET", "ExampleTests.A_test"), ("A_test", "ExampleTests.A_test"), ("socket", "ExampleTests.A_test"), ("Another", "ExampleTests.Another"), ("bind", "ExampleTests.Another")],
        TestMentions.In("ExampleTests",
            [
                "    [Theory]", "    [InlineData(AF_INET)]", "    public void A_test(int af)", "    {", "        socket(af);   // listen", "    }", "",
                "    private static int Other() => listen(0);", "",
                "    [Fact]", "    public void Another() =>", "        bind();", "",
                "    private static int More() => connect(0);",
            ])
            .Where(mention => mention.Name.Contains('_', StringComparison.Ordinal) || mention.Name is "socket" or "bind" or "Another" or "listen" or "connect")
            .OrderBy(mention => mention.Test, StringComparer.Ordinal).ThenBy(mention => mention.Name, StringComparer.Ordinal));

    [Fact]
    public void The_table_is_up_to_date() => ApprovedFile.Verify(SurfaceTable.File, new SurfaceTable(Surface).Render(), typeof(WinsockSurfaceTests));
}
