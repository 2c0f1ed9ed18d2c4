using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack.Link;

/// <summary>The VLAN tags that an interface's frames carry, from the outside in: none on the device itself, up to two on VLANs (IEEE 802.1Q §9.5).</summary>
internal readonly record struct VlanStack
{
    public const int MaximumDepth = 2;

    /// <summary>Tags: 0..2.</summary>
    public int Depth { get; private init; }

    public VlanTag Outer { get; private init; }

    public VlanTag Inner { get; private init; }

    /// <summary>The VLAN that an interface with these tags stands for; 0: none.</summary>
    public int Identifier => Depth == 0 ? 0 : Depth == 1 ? Outer.Identifier : Inner.Identifier;

    /// <summary>One tag more, inside the others: priority 0, and 802.1Q's protocol.</summary>
    public VlanStack With(ushort identifier) =>
        Depth == 0 ? new VlanStack { Depth = 1, Outer = VlanTag.Create(identifier) } : this with { Depth = 2, Inner = VlanTag.Create(identifier) };
}
