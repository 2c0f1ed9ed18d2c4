using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Architecture.Requirements;

/// <summary>The reading of attributes and lists, shown on small examples.</summary>
public sealed class CitationsTests
{
    [Fact]
    public void Tests_and_classes_of_tests_cite() =>
        Assert.Equal(
            [
                ("Y-1", "Architecture.Requirements.CitationsTests.Example"),
                ("Z-1", "Architecture.Requirements.CitationsTests.Example.Cites_two"),
                ("Z-2", "Architecture.Requirements.CitationsTests.Example.Cites_two"),
            ],
            Citations.In([typeof(Example)]));

    [Fact]
    public void Attributes_that_no_running_test_carries_are_idle() =>
        Assert.Equal(
            [
                "Architecture.Requirements.CitationsTests.Example.Is_no_test",
                "Architecture.Requirements.CitationsTests.Example.Names_nothing",
            ],
            Citations.Idle([typeof(Example)]));

    [Fact]
    public void A_group_stands_for_what_is_below_it()
    {
        OpenRequirements open = OpenRequirements.Parse(["# comment", "", "IP6-*\tlater", "IP6-FRAG-1\tnever", "ETH-1\tno"]);
        Assert.Equal("later", open.ReasonFor("IP6-1"));
        Assert.Equal("later", open.ReasonFor("IP6-FRAG-2"));
        Assert.Equal("never", open.ReasonFor("IP6-FRAG-1"));
        Assert.Equal("no", open.ReasonFor("ETH-1"));
        Assert.Null(open.ReasonFor("ETH-10"));
        Assert.Null(open.ReasonFor("IP66-1"));
        Assert.Equal(["IP6-FRAG-1", "ETH-1"], open.Ids);
    }

    [Theory]
    [InlineData("ETH-1")]
    [InlineData("ETH-1\t")]
    [InlineData("ETH-1\ta\tb")]
    public void A_line_without_a_reason_is_refused(string line) => Assert.Throws<FormatException>(() => OpenRequirements.Parse([line]));

    [Theory]
    [InlineData("ETH-1\tMUST\ttext")]
    [InlineData("ETH\tMUST\ttext\tRFC 894")]
    [InlineData("ETH-1\tWILL\ttext\tRFC 894")]
    public void A_requirement_that_is_not_whole_is_refused(string line) => Assert.Throws<FormatException>(() => Requirement.Parse(line));

    [Covers("Y-1")]
#pragma warning disable xUnit1000 // Read by reflection here, and not to be run.
    private static class Example
#pragma warning restore xUnit1000
    {
        [Fact, Covers("Z-2", "Z-1")]
        public static void Cites_two()
        {
        }

        [Fact, Covers]
        public static void Names_nothing()
        {
        }

        [Covers("Z-3")]
        public static void Is_no_test()
        {
        }
    }
}
