using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Time;

namespace StackSharp.Drivers.Wrappers;

/// <summary>Hands frames that have come to the end of an impaired direction to a device. One thread at a time, the one that may transmit on it.</summary>
internal sealed class ArrivedFrames(ILinkDevice device) : IDisposable
{
    private const int BatchFrames = 32;
    private const int MaximumFrames = 16_384;
    private const int HeaderBytes = 64;
    private readonly TransmitFramePool _frames = new(MaximumFrames);
    private readonly TransmitFrame[] _batch = new TransmitFrame[BatchFrames];
    private long _dropped;

    /// <summary>Frames that the device never saw, because it holds thousands of ours already: it would have dropped them too. Any thread.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Sends all that has arrived by now.</summary>
    public void Send(ImpairedDirection direction, Instant now)
    {
        int count = 0;
        while (direction.TryTake(now, out PacketBuffer arrived))
        {
            if (_frames.TryRent() is not { } frame)
            {
                arrived.Release();
                _dropped++;
                continue;
            }

            int headerBytes = Math.Min(HeaderBytes, arrived.Length);
            arrived.Span[..headerBytes].CopyTo(frame.Prepend(headerBytes));
            if (arrived.Length > headerBytes) frame.Append(new PacketSlice(arrived, headerBytes, arrived.Length - headerBytes));
            else arrived.Release();
            _batch[count++] = frame;
            if (count < BatchFrames) continue;
            device.Transmit(_batch);
            count = 0;
        }

        if (count > 0) device.Transmit(_batch.AsSpan(0, count));
    }

    /// <summary>Frees its memory, once the device has given the frames back.</summary>
    public void Dispose() => _frames.Dispose();
}
