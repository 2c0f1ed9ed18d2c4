namespace StackSharp.Stack.Wire.Ipv4;

/// <summary>What a sender puts into an IPv4 header (RFC 791 §3.1); lengths and checksum follow from the packet.</summary>
public readonly record struct Ipv4Fields
{
    public TrafficClass TrafficClass { get; init; }

    public ushort Identification { get; init; }

    public bool DontFragment { get; init; }

    public bool MoreFragments { get; init; }

    /// <summary>Bytes, a multiple of 8 up to 65528.</summary>
    public int FragmentOffset { get; init; }

    /// <summary>Above 0 (RFC 1122 §3.2.1.7).</summary>
    public required byte TimeToLive { get; init; }

    public required IpProtocol Protocol { get; init; }

    public required IpAddress Source { get; init; }

    public required IpAddress Destination { get; init; }

    /// <summary>The fields of a received header, to forward it or to send it in pieces.</summary>
    public static Ipv4Fields From(in Ipv4Header header) => new()
    {
        TrafficClass = header.TrafficClass,
        Identification = header.Identification,
        DontFragment = header.DontFragment,
        MoreFragments = header.MoreFragments,
        FragmentOffset = header.FragmentOffset,
        TimeToLive = header.TimeToLive,
        Protocol = header.Protocol,
        Source = header.Source,
        Destination = header.Destination,
    };
}
