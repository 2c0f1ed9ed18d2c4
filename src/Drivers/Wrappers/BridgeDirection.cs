using StackSharp.Drivers.Native;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;
using StackSharp.Stack.Time;

namespace StackSharp.Drivers.Wrappers;

/// <summary>One direction of a bridge: takes frames from one device and gives them to the other, at once or late. One thread at a time takes turns
/// and waits; it is the only one that receives on the one device and transmits on the other.</summary>
internal sealed class BridgeDirection : IDisposable
{
    private const int BatchFrames = 32;
    private const int MaximumFrames = 4096;
    private const int HeaderBytes = 64;
    private const long MaximumStagingBytes = 64 << 20;
    private readonly ILinkDevice _source;
    private readonly ILinkDevice _target;
    private readonly bool _isPerfect;
    private readonly ImpairedDirection _way;
    private readonly ArrivedFrames _arrived;
    private readonly SoftwareOffload _offload;
    private readonly TransmitFramePool _frames = new(MaximumFrames);
    private readonly BufferPool _staging;
    private readonly PacketBuffer[] _staged = new PacketBuffer[BatchFrames];
    private readonly TransmitFrame[] _batch = new TransmitFrame[BatchFrames];
    private readonly WaitSignal _wake = new();
    private long _dropped;
    private int _underWay;
    private bool _sourceEnded;

    /// <exception cref="ArgumentOutOfRangeException">A chance outside 0 to 1, a negative time, a rate or queue of nothing.</exception>
    public BridgeDirection(ILinkDevice source, ILinkDevice target, ImpairmentOptions options, ulong seed, long maximumBytes)
    {
        _source = source;
        _target = target;
        _isPerfect = options.IsPerfect;
        LinkMedium medium = source.Info.Medium;
        int frameBytes = source.Info.MaximumTransmissionUnit + OffloadRules.LinkHeaderBytes(medium);
        _way = new ImpairedDirection(options, new SeededRandomSource(seed), medium, frameBytes, maximumBytes);
        _arrived = new ArrivedFrames(target);
        _offload = new SoftwareOffload(target, MaximumFrames);
        _staging = new BufferPool(Math.Max(frameBytes, source.Info.MaximumFrameBytes), MaximumStagingBytes);
        for (int i = 0; i < BatchFrames; i++) _staged[i] = _staging.TryRent()!;
    }

    /// <summary>The device that frames come from is gone, and all that it delivered has gone on.</summary>
    public bool HasEnded => _sourceEnded && _way.IsEmpty;

    /// <summary>Counters. Any thread.</summary>
    public ImpairedBridgeStatistics Statistics
    {
        get
        {
            LinkDeviceStatistics source = _source.Statistics;
            LinkDeviceStatistics target = _target.Statistics;
            long own = Volatile.Read(ref _dropped) + _way.Refused + _arrived.Dropped + _offload.TransmitDrops;
            return new ImpairedBridgeStatistics(
                source.FramesReceived, source.OctetsReceived, target.FramesSent, target.OctetsSent,
                source.ReceiveDrops + target.TransmitDrops + own, Volatile.Read(ref _underWay), _way.Impairments.Statistics);
        }
    }

    /// <summary>Receives what has come and sends what is due, as far as there is any, up to a batch.</summary>
    /// <param name="now">Not before that of the previous turn.</param>
    /// <returns>Something was received: there may be more.</returns>
    public bool TakeTurn(Instant now)
    {
        int count = _sourceEnded ? 0 : _source.Receive(_staged);
        _sourceEnded |= count < 0;
        if (_isPerfect)
        {
            if (count > 0) HandOn(count);
        }
        else
        {
            for (int i = 0; i < count; i++) _way.TryOfferReceived(_staged[i], now);
            _arrived.Send(_way, now);
            Volatile.Write(ref _underWay, _way.Count);
        }

        return count > 0;
    }

    /// <summary>Sleeps until something may have been received, something is due, or <see cref="Wake"/>.</summary>
    public void Wait(Instant now)
    {
        Instant next = _way.NextArrival;
        TimeSpan limit = next == Instant.Never ? Timeout.InfiniteTimeSpan : next - now;
        if (next != Instant.Never && limit <= TimeSpan.Zero) return;
        if (_sourceEnded) _wake.Wait(limit);   // The device itself would not make us wait any more.
        else _source.WaitForFrames(limit);
    }

    /// <summary>Ends the current wait or the next. Any thread.</summary>
    public void Wake()
    {
        _wake.Set();
        _source.Wake();
    }

    /// <summary>Gives up what is under way. Both devices must have been disposed.</summary>
    public void Dispose()
    {
        foreach (PacketBuffer buffer in _staged) buffer.Release();
        _way.Dispose();
        _arrived.Dispose();
        _offload.Dispose();
        _frames.Dispose();
        _staging.Dispose();
    }

    // The buffer goes on with the frame; another takes its place. Without another, the frame is dropped: the device holds too many.
    private void HandOn(int count)
    {
        int ready = 0;
        for (int i = 0; i < count; i++)
        {
            PacketBuffer buffer = _staged[i];
            if (!ForwardedOffload.TryPrepare(buffer.Span, _source.Info.Medium, buffer.Offload, out TransmitOffload offload)
                || offload.HeaderBytes > TransmitFrame.HeaderCapacity || _frames.TryRent() is not { } frame)
            {
                _dropped++;
                continue;
            }

            if (_staging.TryRent() is not { } replacement)
            {
                frame.Release();
                _dropped++;
                continue;
            }

            _staged[i] = replacement;
            Wrap(buffer, frame, offload);
            _batch[ready++] = frame;
        }

        if (ready > 0) _offload.Transmit(_batch.AsSpan(0, ready));
    }

    private static void Wrap(PacketBuffer buffer, TransmitFrame frame, in TransmitOffload offload)
    {
        int headerBytes = Math.Min(offload.HeaderBytes > 0 ? offload.HeaderBytes : HeaderBytes, buffer.Length);
        buffer.Span[..headerBytes].CopyTo(frame.Prepend(headerBytes));
        frame.Offload = offload;
        if (buffer.Length > headerBytes) frame.Append(new PacketSlice(buffer, buffer.Start + headerBytes, buffer.Length - headerBytes));
        else buffer.Release();
    }
}
