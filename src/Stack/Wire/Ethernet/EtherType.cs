namespace StackSharp.Stack.Wire.Ethernet;

/// <summary>What an Ethernet frame carries (IANA ieee-802-numbers registry); other values are possible.</summary>
public enum EtherType : ushort
{
    Ipv4 = 0x0800,
    Arp = 0x0806,

    /// <summary>802.1Q customer tag.</summary>
    Vlan = 0x8100,
    Ipv6 = 0x86DD,

    /// <summary>802.1ad service tag.</summary>
    ServiceVlan = 0x88A8,
}
