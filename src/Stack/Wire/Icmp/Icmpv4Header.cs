using System.Buffers.Binary;

namespace StackSharp.Stack.Wire.Icmp;

/// <summary>ICMP message (RFC 792): a view over received bytes. Each type gives the second word a meaning of its own.</summary>
public readonly ref struct Icmpv4Header
{
    public const int Size = 8;

    private readonly ReadOnlySpan<byte> _message;

    private Icmpv4Header(ReadOnlySpan<byte> message) => _message = message;

    public Icmpv4Type Type => (Icmpv4Type)_message[0];

    public byte Code => _message[1];

    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_message[2..]);

    /// <summary>The second word, whatever it means.</summary>
    public uint RestOfHeader => BinaryPrimitives.ReadUInt32BigEndian(_message[4..]);

    /// <summary>Echo: which program asked.</summary>
    public ushort Identifier => BinaryPrimitives.ReadUInt16BigEndian(_message[4..]);

    /// <summary>Echo: which of its questions.</summary>
    public ushort SequenceNumber => BinaryPrimitives.ReadUInt16BigEndian(_message[6..]);

    /// <summary>Fragmentation needed: bytes; 0 from routers older than RFC 1191.</summary>
    public ushort NextHopMtu => BinaryPrimitives.ReadUInt16BigEndian(_message[6..]);

    /// <summary>Parameter problem: offset of the octet in the quoted datagram.</summary>
    public byte Pointer => _message[4];

    /// <summary>Redirect: the better first hop.</summary>
    public IpAddress GatewayAddress => IpAddress.FromIpv4(RestOfHeader);

    /// <summary>True for the types that report on a datagram and quote it; none of them is ever answered (RFC 1122 §3.2.2).</summary>
    public bool IsError => Type is Icmpv4Type.DestinationUnreachable or Icmpv4Type.SourceQuench or Icmpv4Type.Redirect
        or Icmpv4Type.TimeExceeded or Icmpv4Type.ParameterProblem;

    /// <summary>Echo data, or the quoted datagram.</summary>
    public ReadOnlySpan<byte> Payload => _message[Size..];

    /// <summary>Header and payload.</summary>
    public ReadOnlySpan<byte> Message => _message;

    /// <summary>Checks the length and, unless a device vouched for it, the checksum (RFC 1122 §3.2.2).</summary>
    /// <param name="bytes">The IP payload, trimmed to the IP length.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out Icmpv4Header header, bool verifyChecksum = true)
    {
        header = default;
        if (bytes.Length < Size) return false;
        if (verifyChecksum && InternetChecksum.Finish(InternetChecksum.Sum(bytes)) != 0) return false;
        header = new Icmpv4Header(bytes);
        return true;
    }
}
