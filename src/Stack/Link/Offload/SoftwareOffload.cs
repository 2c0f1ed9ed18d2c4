using StackSharp.Stack.Buffers;

namespace StackSharp.Stack.Link.Offload;

/// <summary>What a device leaves undone, done in software between the stack and the device: large segments are cut and checksums completed on
/// the way out, segments that follow each other are merged on the way in.</summary>
/// <remarks>
/// What is missing is found out once, by what the device declares; what it does itself stays with it. Sending and receiving may go on at
/// once, each on one thread at a time, as with the device itself.
/// </remarks>
public sealed class SoftwareOffload : IDisposable
{
    private readonly ILinkDevice _device;
    private readonly SoftwareSegmenter? _segmenter;
    private readonly SegmentCoalescer? _coalescer;

    /// <summary>Looks what the device lacks.</summary>
    /// <param name="device">Stays the caller's; to be disposed before this, so that it gives back the frames that it holds.</param>
    /// <param name="maximumFrames">Frames cut off large ones that the device may hold at a time; what exceeds them is dropped and counted.</param>
    /// <param name="padShortFrames">Fill frames cut off large ones up to Ethernet's least size (RFC 894).</param>
    public SoftwareOffload(ILinkDevice device, int maximumFrames, bool padShortFrames = true)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        LinkDeviceInfo info = device.Info;
        if ((info.Capabilities & OffloadRules.Everything) != OffloadRules.Everything || info.MaximumSegmentationBytes < OffloadRules.MaximumPacketBytes)
        {
            _segmenter = new SoftwareSegmenter(device, maximumFrames, padShortFrames);
            info = info with { Capabilities = info.Capabilities | OffloadRules.Everything, MaximumSegmentationBytes = OffloadRules.MaximumPacketBytes };
        }
        if (info.MaximumFrameBytes < OffloadRules.MaximumPacketBytes)
        {
            _coalescer = new SegmentCoalescer(info.Medium);
            info = info with { MaximumFrameBytes = OffloadRules.MaximumPacketBytes + OffloadRules.LinkHeaderBytes(info.Medium) };
        }
        Info = info;
    }

    /// <summary>The device as the stack is to see it: all segmentation, and frames of up to 64 KiB.</summary>
    public LinkDeviceInfo Info { get; }

    /// <summary>Something is done on the way out.</summary>
    public bool IsSegmenting => _segmenter is not null;

    /// <summary>Something is done on the way in.</summary>
    public bool IsCoalescing => _coalescer is not null;

    /// <summary>Frames dropped for want of memory before the device saw them.</summary>
    public long TransmitDrops => _segmenter?.Dropped ?? 0;

    /// <summary>Sends frames, in order, as the device can take them, and releases each of them. In place of <see cref="ILinkDevice.Transmit"/>.</summary>
    public void Transmit(ReadOnlySpan<TransmitFrame> frames)
    {
        if (_segmenter is not null) _segmenter.Transmit(frames);
        else _device.Transmit(frames);
    }

    /// <summary>Merges what <see cref="ILinkDevice.Receive"/> has just delivered.</summary>
    /// <param name="frames">In the order of arrival. Afterwards: first what is to be received, in order, then buffers whose frame is part of
    /// an earlier one now, free to be received into again.</param>
    /// <returns>Frames to be received.</returns>
    public int Merge(Span<PacketBuffer> frames) => _coalescer?.Merge(frames) ?? frames.Length;

    /// <summary>Frees its memory.</summary>
    public void Dispose() => _segmenter?.Dispose();
}
