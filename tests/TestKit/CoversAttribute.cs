namespace StackSharp.Tests.TestKit;

/// <summary>Says which requirements a test proves, by their IDs in tests/Data/requirements.tsv.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class CoversAttribute(params string[] ids) : Attribute
{
    public IReadOnlyList<string> Ids { get; } = ids;
}
