using System.Buffers.Binary;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;

namespace StackSharp.Drivers.Offload;

/// <summary>Cuts a large TCP segment, or several datagrams in one, into the frames that a device with segmentation would put on a wire.</summary>
internal ref struct Segmentation
{
    private const byte Fin = 1;
    private const byte Psh = 8;
    private const byte Cwr = 0x80;
    private const int TcpFlags = 13;
    private readonly ReadOnlySpan<byte> _frame;
    private readonly TransportLocation _location;
    private readonly int _headerBytes;
    private readonly int _segmentBytes;
    private int _position;
    private int _index;

    private Segmentation(ReadOnlySpan<byte> frame, TransportLocation location, int headerBytes, int segmentBytes)
    {
        _frame = frame;
        _location = location;
        _headerBytes = headerBytes;
        _segmentBytes = segmentBytes;
        _position = headerBytes;
    }

    /// <param name="frame">The large frame.</param>
    /// <param name="segmentBytes">Payload octets per frame.</param>
    /// <returns>False if it is neither TCP nor UDP: it cannot be cut.</returns>
    public static bool TryStart(ReadOnlySpan<byte> frame, LinkMedium medium, int segmentBytes, out Segmentation segmentation)
    {
        segmentation = default;
        if (segmentBytes <= 0 || !TransportLocation.TryFind(frame, medium, out TransportLocation location)) return false;
        segmentation = new Segmentation(frame, location, location.Transport + location.TransportHeaderBytes(frame), segmentBytes);
        return true;
    }

    /// <summary>Octets of the next frame; 0 at the end.</summary>
    public readonly int NextLength => _position >= _location.End ? 0 : _headerBytes + Math.Min(_segmentBytes, _location.End - _position);

    /// <summary>Writes the next frame, checksums included.</summary>
    /// <param name="destination">Room for <see cref="NextLength"/> octets.</param>
    public void Next(Span<byte> destination)
    {
        int payload = NextLength - _headerBytes;
        Span<byte> frame = destination[..NextLength];
        _frame[.._headerBytes].CopyTo(frame);
        _frame.Slice(_position, payload).CopyTo(frame[_headerBytes..]);
        bool isLast = _position + payload == _location.End;
        WriteNetwork(frame[_location.Network..]);
        if (_location.Protocol == IpProtocol.Tcp) WriteTcp(frame[_location.Transport..], isLast);
        else BinaryPrimitives.WriteUInt16BigEndian(frame[(_location.Transport + 4)..], (ushort)(frame.Length - _location.Transport));
        WriteChecksum(frame);
        _position += payload;
        _index++;
    }

    // Identifications count up, as the kernel's segmentation has them (RFC 6864 §4.1 asks for nothing more).
    private readonly void WriteNetwork(Span<byte> packet)
    {
        if (!_location.IsIpv4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(packet.Length - 40));
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) + _index));
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], 0);
        int headerBytes = _location.Transport - _location.Network;
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], InternetChecksum.Finish(InternetChecksum.Sum(packet[..headerBytes])));
    }

    // FIN and PSH belong to the last octet, CWR to the first segment (RFC 3168 §6.1.2).
    private readonly void WriteTcp(Span<byte> segment, bool isLast)
    {
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(segment[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], unchecked(sequence + (uint)(_position - _headerBytes)));
        if (!isLast) segment[TcpFlags] &= unchecked((byte)~(Fin | Psh));
        if (_index > 0) segment[TcpFlags] &= unchecked((byte)~Cwr);
    }

    private readonly void WriteChecksum(Span<byte> frame)
    {
        Span<byte> transport = frame[_location.Transport..];
        Span<byte> field = transport[_location.ChecksumOffset..];
        BinaryPrimitives.WriteUInt16BigEndian(field, 0);
        uint sum = InternetChecksum.Sum(transport, _location.PseudoHeader(frame, transport.Length));
        BinaryPrimitives.WriteUInt16BigEndian(
            field, _location.Protocol == IpProtocol.Udp ? InternetChecksum.FinishNonZero(sum) : InternetChecksum.Finish(sum));
    }
}
