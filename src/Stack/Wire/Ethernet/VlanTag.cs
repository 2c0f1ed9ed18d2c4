namespace StackSharp.Stack.Wire.Ethernet;

/// <summary>A VLAN tag (IEEE 802.1Q §9.6): which protocol tagged it, and PCP, DEI and VID in 16 bits.</summary>
/// <param name="Protocol">The TPID: <see cref="EtherType.Vlan"/> or <see cref="EtherType.ServiceVlan"/>.</param>
/// <param name="ControlInformation">PCP 3, DEI 1, VID 12 bits.</param>
public readonly record struct VlanTag(EtherType Protocol, ushort ControlInformation)
{
    /// <summary>Bytes that a tag adds to a frame.</summary>
    public const int Size = 4;

    /// <summary>No VLAN: the tag gives a priority only.</summary>
    public const int PriorityOnlyIdentifier = 0;

    /// <summary>Never on a wire (IEEE 802.1Q table 9-2).</summary>
    public const int ReservedIdentifier = 0xFFF;

    /// <summary>PCP, 0..7.</summary>
    public int Priority => ControlInformation >> 13;

    /// <summary>DEI: may be dropped first.</summary>
    public bool IsDropEligible => (ControlInformation & 0x1000) != 0;

    /// <summary>VID, 0..4095.</summary>
    public int Identifier => ControlInformation & 0xFFF;

    /// <param name="identifier">0..4094.</param>
    /// <param name="priority">0..7.</param>
    public static VlanTag Create(int identifier, int priority = 0, bool isDropEligible = false, EtherType protocol = EtherType.Vlan) =>
        new(protocol, (ushort)(((priority & 7) << 13) | (isDropEligible ? 0x1000 : 0) | (identifier & 0xFFF)));

    /// <summary>True for the two tag protocol identifiers.</summary>
    public static bool IsTagProtocol(EtherType type) => type is EtherType.Vlan or EtherType.ServiceVlan;
}
