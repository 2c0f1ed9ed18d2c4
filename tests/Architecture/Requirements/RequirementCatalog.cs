using StackSharp.Tests.TestKit;

namespace StackSharp.Tests.Architecture.Requirements;

/// <summary>What is required, what is tested, and what is left open and why.</summary>
internal sealed class RequirementCatalog
{
    public const string File = "tests/Data/requirements.tsv";

    private static readonly Lazy<RequirementCatalog> Loaded = new(Load);

    private RequirementCatalog(IReadOnlyList<Requirement> all, ILookup<string, string> tests, OpenRequirements open) =>
        (All, Tests, Open) = (all, tests, open);

    public static RequirementCatalog Current => Loaded.Value;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<Requirement> All { get; }

    /// <summary>Names of the tests that cite an ID.</summary>
    public ILookup<string, string> Tests { get; }

    public OpenRequirements Open { get; }

    private static RequirementCatalog Load()
    {
        Requirement[] all =
        [
            .. System.IO.File.ReadLines(Repository.PathOf(File)).Where(line => line.Length > 0 && line[0] != '#').Select(Requirement.Parse),
        ];
        IReadOnlyList<(string Id, string Test)> citations = Citations.In(typeof(RequirementCatalog).Assembly.GetExportedTypes());
        OpenRequirements open = OpenRequirements.Load(citations.Select(citation => citation.Id).ToHashSet());
        return new RequirementCatalog(all, citations.ToLookup(citation => citation.Id, citation => citation.Test), open);
    }
}
