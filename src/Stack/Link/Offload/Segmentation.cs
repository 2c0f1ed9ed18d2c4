using System.Buffers.Binary;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Link.Offload;

/// <summary>Cuts a large TCP segment, or several datagrams in one, into the frames that a device with segmentation would put on a wire.</summary>
public ref struct Segmentation
{
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

    /// <summary>Begins.</summary>
    /// <param name="frame">The large frame.</param>
    /// <param name="medium">How it begins.</param>
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
        SegmentHeaders.Write(frame[.._headerBytes], _location, _index, _position - _headerBytes, payload, isLast);
        WriteChecksum(frame);
        _position += payload;
        _index++;
    }

    private readonly void WriteChecksum(Span<byte> frame)
    {
        Span<byte> transport = frame[_location.Transport..];
        uint sum = InternetChecksum.Sum(transport, _location.PseudoHeader(frame, transport.Length));
        BinaryPrimitives.WriteUInt16BigEndian(
            transport[_location.ChecksumOffset..],
            _location.Protocol == IpProtocol.Udp ? InternetChecksum.FinishNonZero(sum) : InternetChecksum.Finish(sum));
    }
}
