using System.Buffers.Binary;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack.Link.Offload;

/// <summary>Stands before a device that does not cut large segments or does not complete checksums, and does so at the last moment (GSO).</summary>
/// <remarks>
/// Payload is not copied: each frame that is cut has headers of its own, and refers to its part of the large frame's payload. One thread at a
/// time uses it, the one that may call <see cref="ILinkDevice.Transmit"/>.
/// </remarks>
internal sealed class SoftwareSegmenter : IDisposable
{
    private const int BatchFrames = 64;
    private readonly ILinkDevice _device;
    private readonly LinkDeviceInfo _info;
    private readonly TransmitFramePool _frames;
    private readonly BufferPool? _paddingPool;
    private readonly PacketBuffer? _padding;
    private readonly TransmitFrame[] _batch = new TransmitFrame[BatchFrames];
    private int _count;
    private long _dropped;

    /// <param name="device">Where frames go.</param>
    /// <param name="maximumFrames">Frames that the device may hold at a time.</param>
    /// <param name="padShortFrames">Fill what is cut and has less than Ethernet's least size up with zeros.</param>
    public SoftwareSegmenter(ILinkDevice device, int maximumFrames, bool padShortFrames)
    {
        _device = device;
        _info = device.Info;
        _frames = new TransmitFramePool(maximumFrames);
        if (!padShortFrames || _info.Medium != LinkMedium.Ethernet) return;
        _paddingPool = new BufferPool(EthernetWriter.MinimumFrameSize, EthernetWriter.MinimumFrameSize);
        _padding = _paddingPool.TryRent()!;
        _padding.Storage.Clear();
    }

    /// <summary>Frames that could not be cut off: the device holds too many already.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Frames that the device still holds.</summary>
    public int Outstanding => _frames.Outstanding;

    /// <summary>Sends frames in order, cut and completed where the device would not do it. Takes over all of them.</summary>
    public void Transmit(ReadOnlySpan<TransmitFrame> frames)
    {
        foreach (TransmitFrame frame in frames)
        {
            TransmitOffload offload = frame.Offload;
            if (offload.Segmentation != SegmentationKind.None && !CanDeviceCut(frame)) Cut(frame);
            else
            {
                if (offload.NeedsChecksum && _info.Capabilities == TransmitCapabilities.None) ChecksumCompletion.Complete(frame);
                Add(frame);
            }
        }
        Flush();
    }

    /// <summary>Frees its frames, if the device has given them all back.</summary>
    public void Dispose()
    {
        if (Outstanding > 0) return;
        _frames.Dispose();
        _paddingPool?.Dispose();
    }

    private bool CanDeviceCut(TransmitFrame frame) =>
        (_info.Capabilities & OffloadRules.CapabilityFor(frame.Offload.Segmentation)) != 0
        && frame.Length <= _info.MaximumSegmentationBytes + OffloadRules.LinkHeaderBytes(_info.Medium);

    private void Cut(TransmitFrame frame)
    {
        TransmitOffload offload = frame.Offload;
        if (!TryLocate(frame, out TransportLocation location) || offload.SegmentBytes == 0)
        {
            // The stack does not build such a frame: were it sent as it is, it would be too long for the link.
            CountDropped(1);
            frame.Release();
            return;
        }
        PayloadCursor cursor = new(frame.Payload);
        int payload = frame.PayloadLength;
        int index = 0;
        for (int position = 0; position < payload; position += offload.SegmentBytes)
        {
            if (_frames.TryRent() is not { } piece)
            {
                CountDropped((payload - position + offload.SegmentBytes - 1) / offload.SegmentBytes);
                break;
            }
            int length = Math.Min(offload.SegmentBytes, payload - position);
            frame.Header.CopyTo(piece.Prepend(frame.HeaderLength));
            SegmentHeaders.Write(piece.Header, location, index++, position, length, isLast: position + length == payload);
            cursor.Append(piece, length);
            FinishChecksum(piece, location, offload);
            int missing = EthernetWriter.MinimumFrameSize - piece.Length;
            if (missing > 0 && _padding is not null && piece.SliceCount < TransmitFrame.MaximumSlices)
                piece.Append(new PacketSlice(_padding.AddReference(), 0, missing));
            Add(piece);
        }
        frame.Release();
    }

    // The stack's own frame: where its headers lie stands in what it leaves to the device.
    private bool TryLocate(TransmitFrame frame, out TransportLocation location)
    {
        location = default;
        TransmitOffload offload = frame.Offload;
        int network = 0;
        if (_info.Medium == LinkMedium.Ethernet)
        {
            if (!EthernetHeader.TryParse(frame.Header, out EthernetHeader ethernet)) return false;
            network = EthernetHeader.Size + (ethernet.TagCount * VlanTag.Size);
        }
        if (offload.HeaderBytes != frame.HeaderLength || offload.ChecksumStart <= network || offload.ChecksumStart >= frame.HeaderLength) return false;
        IpProtocol protocol = offload.Segmentation == SegmentationKind.Udp ? IpProtocol.Udp : IpProtocol.Tcp;
        location = new TransportLocation(network, offload.ChecksumStart, frame.Length, protocol, IsIpv4: frame.Header[network] >> 4 == 4);
        return true;
    }

    private void FinishChecksum(TransmitFrame piece, in TransportLocation location, TransmitOffload offload)
    {
        Span<byte> transport = piece.Header[location.Transport..];
        Span<byte> field = transport[location.ChecksumOffset..];
        uint pseudo = location.PseudoHeader(piece.Header, transport.Length + piece.PayloadLength);
        if (_info.Capabilities != TransmitCapabilities.None)
        {
            BinaryPrimitives.WriteUInt16BigEndian(field, (ushort)pseudo);
            piece.Offload = offload with { NeedsChecksum = true, ChecksumOffset = (ushort)location.ChecksumOffset, Segmentation = SegmentationKind.None, SegmentBytes = 0 };
            return;
        }
        uint sum = ChecksumCompletion.SumWithPayload(InternetChecksum.Sum(transport, pseudo), transport.Length, piece.Payload);
        BinaryPrimitives.WriteUInt16BigEndian(
            field, location.Protocol == IpProtocol.Udp ? InternetChecksum.FinishNonZero(sum) : InternetChecksum.Finish(sum));
    }

    private void Add(TransmitFrame frame)
    {
        _batch[_count++] = frame;
        if (_count == BatchFrames) Flush();
    }

    private void Flush()
    {
        if (_count == 0) return;
        int count = _count;
        _count = 0;
        _device.Transmit(_batch.AsSpan(0, count));
    }

    private void CountDropped(int frames) => Interlocked.Add(ref _dropped, frames);

    /// <summary>Walks through the payload of the large frame.</summary>
    private ref struct PayloadCursor(ReadOnlySpan<PacketSlice> slices)
    {
        private readonly ReadOnlySpan<PacketSlice> _slices = slices;
        private int _index;
        private int _skip;

        /// <summary>Refers a frame to the next octets.</summary>
        public void Append(TransmitFrame frame, int octets)
        {
            while (octets > 0)
            {
                PacketSlice slice = _slices[_index];
                int count = Math.Min(slice.Length - _skip, octets);
                if (count > 0) frame.Append(new PacketSlice(slice.Buffer.AddReference(), slice.Offset + _skip, count));
                octets -= count;
                _skip += count;
                if (_skip < slice.Length) continue;
                _index++;
                _skip = 0;
            }
        }
    }
}
