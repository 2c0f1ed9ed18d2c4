using StackSharp.Stack.Link;

namespace StackSharp.Drivers.PcapFile;

/// <summary>How frames in a capture begin: LINKTYPE_ values of the tcpdump project's registry; others are possible.</summary>
public enum CaptureLinkType : ushort
{
    Ethernet = 1,

    /// <summary>Bare IP packets, by the number that some systems write instead of <see cref="RawIp"/>.</summary>
    BsdRawIp = 12,

    /// <summary>Bare IP packets of either version.</summary>
    RawIp = 101,

    /// <summary>Bare IPv4 packets.</summary>
    Ipv4 = 228,

    /// <summary>Bare IPv6 packets.</summary>
    Ipv6 = 229,
}

/// <summary>Link types as devices know them.</summary>
public static class CaptureLinkTypes
{
    /// <summary>The medium whose frames begin like that; null if no device here speaks it.</summary>
    public static LinkMedium? ToMedium(this CaptureLinkType linkType) => linkType switch
    {
        CaptureLinkType.Ethernet => LinkMedium.Ethernet,
        CaptureLinkType.BsdRawIp or CaptureLinkType.RawIp or CaptureLinkType.Ipv4 or CaptureLinkType.Ipv6 => LinkMedium.Ip,
        _ => null,
    };

    public static CaptureLinkType ToLinkType(this LinkMedium medium) => medium == LinkMedium.Ip ? CaptureLinkType.RawIp : CaptureLinkType.Ethernet;
}
