using Xunit;

namespace StackSharp.Tests.TestKit.Interop;

/// <summary>
/// Tests that talk to other programs over kernel devices: one at a time and beside no others, so that they do not disturb
/// each other's timing. Put <c>[Collection(InteropCollection.Name)]</c> on the class.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class InteropCollection
{
    public const string Name = "Interop";
}
