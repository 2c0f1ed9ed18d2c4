using System.Buffers.Binary;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ipv4;

namespace StackSharp.Stack.Network.Ipv4;

/// <summary>Cuts a datagram into pieces that share its payload's memory (RFC 791 §3.2). One datagram at a time.</summary>
internal sealed class Ipv4Fragmenter(INetworkBuffers buffers)
{
    private readonly byte[] _options = new byte[Ipv4OptionWriter.MaximumSize];
    private readonly byte[] _copiedOptions = new byte[Ipv4OptionWriter.MaximumSize];
    private TransmitFrame? _frame;
    private Ipv4Fields _fields;
    private int _mtu;
    private int _optionsLength;
    private int _copiedLength;
    private int _position;
    private int _sliceIndex;
    private int _sliceStart;

    public bool IsAtEnd => _position >= _frame!.Length;

    /// <param name="frame">Transport header and payload; stays the caller's.</param>
    /// <param name="fields">Those of the datagram, or of a piece that is cut once more (RFC 791 §3.2).</param>
    public void Begin(TransmitFrame frame, int mtu, in Ipv4Fields fields, ReadOnlySpan<byte> options)
    {
        CompleteChecksum(frame, fields);
        _frame = frame;
        _mtu = mtu;
        _fields = fields;
        options.CopyTo(_options);
        _optionsLength = options.Length;
        _copiedLength = Ipv4OptionWriter.CopyForLaterFragments(options, _copiedOptions);
        _position = 0;
        _sliceIndex = 0;
        _sliceStart = frame.HeaderLength;
    }

    public void End() => _frame = null;

    /// <summary>The next piece with its IP header; null when no frame is left.</summary>
    public TransmitFrame? Next()
    {
        TransmitFrame frame = _frame!;
        TransmitFrame? piece = buffers.TryRentFrame();
        if (piece is null) return null;
        ReadOnlySpan<byte> options = _position == 0 ? _options.AsSpan(0, _optionsLength) : _copiedOptions.AsSpan(0, _copiedLength);
        int headerLength = Ipv4Writer.HeaderLength(options);
        int room = (_mtu - headerLength) & ~7;
        int end = Math.Min(frame.Length, _position + room);
        if (_position < frame.HeaderLength)
        {
            int count = Math.Min(end, frame.HeaderLength) - _position;
            frame.Header.Slice(_position, count).CopyTo(piece.Prepend(count));
        }
        end = AppendSlices(frame, piece, end);
        Ipv4Fields fields = _fields with { FragmentOffset = _fields.FragmentOffset + _position, MoreFragments = end < frame.Length || _fields.MoreFragments };
        int payloadLength = end - _position;
        Ipv4Writer.Write(piece.Prepend(headerLength), fields, payloadLength, options);
        _position = end;
        return piece;
    }

    private int AppendSlices(TransmitFrame frame, TransmitFrame piece, int end)
    {
        int position = Math.Max(_position, frame.HeaderLength);
        while (position < end)
        {
            PacketSlice slice = frame.Payload[_sliceIndex];
            int skip = position - _sliceStart;
            int count = Math.Min(slice.Length - skip, end - position);
            if (count > 0) piece.Append(new PacketSlice(slice.Buffer.AddReference(), slice.Offset + skip, count));
            position += count;
            if (skip + count < slice.Length) break;
            _sliceIndex++;
            _sliceStart += slice.Length;
        }
        return end;
    }

    /// <summary>Finishes the checksum here: no device can complete one that runs over several packets, and some complete none.</summary>
    /// <param name="frame">Begins with the transport header.</param>
    public static void CompleteChecksum(TransmitFrame frame, in Ipv4Fields fields)
    {
        if (!frame.Offload.NeedsChecksum) return;
        Span<byte> field = frame.Header[frame.Offload.ChecksumOffset..];
        // The field holds the pseudo-header's sum, so it is part of what is added up.
        uint sum = InternetChecksum.Sum(frame.Header);
        int length = frame.HeaderLength;
        foreach (ref readonly PacketSlice slice in frame.Payload)
        {
            sum = InternetChecksum.Combine(sum, length, InternetChecksum.Sum(slice.Span));
            length += slice.Length;
        }
        BinaryPrimitives.WriteUInt16BigEndian(field, fields.Protocol == IpProtocol.Udp ? InternetChecksum.FinishNonZero(sum) : InternetChecksum.Finish(sum));
        frame.Offload = default;
    }
}
