using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Network;

/// <summary>A received packet, whole and accepted, for whoever handles its protocol.</summary>
internal readonly ref struct IpPacket
{
    public INetworkLink Link { get; init; }

    public IpAddress Source { get; init; }

    public IpAddress Destination { get; init; }

    public IpProtocol Protocol { get; init; }

    public byte HopLimit { get; init; }

    public TrafficClass TrafficClass { get; init; }

    /// <summary>To a broadcast address, or in a link broadcast.</summary>
    public bool IsBroadcast { get; init; }

    /// <summary>To a group, or in a link multicast.</summary>
    public bool IsMulticast { get; init; }

    /// <summary>The transport checksum needs no check.</summary>
    public bool ChecksumVerified { get; init; }

    /// <summary>The stacks, one bit each, that have been asked to take it, when several share the address: 0: none, it comes from a device.</summary>
    public ulong AskedShards { get; init; }

    /// <summary>To be forwarded: none of the addresses in it is ours.</summary>
    public bool IsForOthers { get; init; }

    public PacketBuffer Buffer { get; init; }

    /// <summary>Where the IP header begins in the buffer's storage.</summary>
    public int HeaderOffset { get; init; }

    public int HeaderLength { get; init; }

    public int PayloadLength { get; init; }

    public int PayloadOffset => HeaderOffset + HeaderLength;

    public Span<byte> Payload => Buffer.Storage.Slice(PayloadOffset, PayloadLength);

    /// <summary>Header and payload: what ICMP errors quote.</summary>
    public ReadOnlySpan<byte> Whole => Buffer.Storage.Slice(HeaderOffset, HeaderLength + PayloadLength);

    /// <summary>IPv4 options, checked.</summary>
    public ReadOnlySpan<byte> Options { get; init; }
}

/// <summary>What the layer above says of a packet.</summary>
internal enum PacketVerdict
{
    /// <summary>Delivered, or dropped and counted there.</summary>
    Taken,

    /// <summary>Nobody handles the protocol.</summary>
    UnknownProtocol,

    /// <summary>The protocol has no endpoint for it (UDP; TCP answers by itself).</summary>
    NoPort,
}

/// <summary>An ICMP error about a packet of ours, as far as the network layer understands it.</summary>
internal readonly ref struct QuotedProblem
{
    public Wire.Icmp.Icmpv4Type Type { get; init; }

    public byte Code { get; init; }

    public IpAddress Reporter { get; init; }

    /// <summary>Source of the quoted packet.</summary>
    public IpAddress Local { get; init; }

    public IpAddress Remote { get; init; }

    public IpProtocol Protocol { get; init; }

    /// <summary>Only when the quoted packet was too big: what to use instead.</summary>
    public int MaximumTransmissionUnit { get; init; }

    /// <summary>At least 8 octets.</summary>
    public ReadOnlySpan<byte> TransportHeader { get; init; }
}

/// <summary>Where received packets go.</summary>
internal interface INetworkReceiver
{
    PacketVerdict OnPacket(in IpPacket packet, Time.Instant now);

    /// <returns>False: no live endpoint can have sent the quoted packet.</returns>
    bool OnProblem(in QuotedProblem problem, in IpPacket packet, Time.Instant now);

    /// <returns>False: nobody waits for it.</returns>
    bool OnEchoReply(in IpPacket packet, Time.Instant now);
}
