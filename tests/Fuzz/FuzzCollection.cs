using Xunit;

namespace StackSharp.Tests.Fuzz;

/// <summary>Tests that look at how much memory the process holds: they run when no others do, whose memory it might be.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FuzzCollection
{
    public const string Name = "fuzz";
}
