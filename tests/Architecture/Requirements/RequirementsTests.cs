using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Architecture.Requirements;

public sealed class RequirementsTests
{
    private static RequirementCatalog Catalog => RequirementCatalog.Current;

    [Fact]
    public void An_id_stands_for_one_requirement() =>
        Assert.Empty(Catalog.All.GroupBy(requirement => requirement.Id).Where(group => group.Count() > 1).Select(group => group.Key));

    [Fact]
    public void Every_cited_id_is_a_requirement() =>
        Assert.Empty(Catalog.Tests.Select(tests => tests.Key).Except(Catalog.All.Select(requirement => requirement.Id)));

    [Fact]
    public void Every_citation_stands_on_a_test_that_runs() => Assert.Empty(Citations.Idle(typeof(RequirementsTests).Assembly.GetExportedTypes()));

    [Fact]
    public void Every_open_line_names_a_requirement() =>
        Assert.All(Catalog.Open.Entries, entry => Assert.Contains(Catalog.All, requirement => OpenRequirements.Matches(entry.Pattern, requirement.Id)));

    [Fact]
    public void Nothing_is_left_open_twice() =>
        Assert.Empty(Catalog.Open.Entries.GroupBy(entry => entry.Pattern).Where(group => group.Count() > 1).Select(group => group.Key));

    /// <summary>Whatever its level: a SHOULD that is not done wants a good reason (RFC 2119 §3), and who reads a MAY wants to know whether it is.</summary>
    [Fact]
    public void Every_requirement_has_a_test_or_a_reason() =>
        Assert.Empty(Catalog.All
            .Where(requirement => !Catalog.Tests.Contains(requirement.Id) && Catalog.Open.ReasonFor(requirement.Id) is null)
            .Select(requirement => $"{requirement.Id}: cite it in a test with [Covers], or give the reason in {OpenRequirements.File}"));

    /// <summary>So the list of open requirements only shrinks by tests.</summary>
    [Fact]
    public void No_requirement_has_both_a_test_and_a_reason() =>
        Assert.Empty(Catalog.Open.Ids.Where(id => Catalog.Tests.Contains(id))
            .Select(id => $"{id} has a test: take it off {OpenRequirements.File}, or {ApprovedFile.UpdateCommand}{nameof(RequirementsTests)}"));

    [Fact]
    public void The_table_of_covered_requirements_is_up_to_date() =>
        ApprovedFile.Verify(CoverageTable.File, new CoverageTable(Catalog).Render(), typeof(RequirementsTests));
}
