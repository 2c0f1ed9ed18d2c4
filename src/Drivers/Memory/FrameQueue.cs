using StackSharp.Drivers.Native;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;

namespace StackSharp.Drivers.Memory;

/// <summary>Frames on their way from one device to another in the same process: bounded in frames and in octets.</summary>
/// <remarks>
/// Frames stay the sending stack's until they are copied out, so whoever disposes the sending side gets all of them back before
/// <see cref="CloseProducer"/> returns. The lock is taken once per batch and never held while frames are copied out.
/// </remarks>
internal sealed class FrameQueue
{
    private const int BatchFrames = 64;
    private readonly Lock _gate = new();
    private readonly Entry[] _ring;
    private readonly Entry[] _batch = new Entry[BatchFrames];
    private readonly LinkDeviceInfo _sender;
    private readonly WaitSignal _arrived;
    private readonly int _maximumFrames;
    private readonly long _maximumOctets;
    private uint _head;
    private uint _tail;
    private long _octets;
    private bool _copying;
    private bool _producerClosed;
    private bool _consumerClosed;

    /// <param name="sender">What the sending device declared: frames beyond it are dropped.</param>
    /// <param name="arrived">Set after frames were added, and when the sender closes.</param>
    public FrameQueue(LinkDeviceInfo sender, WaitSignal arrived, int maximumFrames, long maximumOctets)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumFrames);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumOctets);
        _sender = sender;
        _arrived = arrived;
        _maximumFrames = maximumFrames;
        _maximumOctets = maximumOctets;
        _ring = new Entry[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)maximumFrames)];
    }

    /// <summary>There are frames, or there will never be any.</summary>
    public bool IsReadable => Volatile.Read(ref _tail) != Volatile.Read(ref _head) || Volatile.Read(ref _producerClosed) || Volatile.Read(ref _consumerClosed);

    /// <summary>Takes over all frames: what does not fit is released and counted.</summary>
    /// <returns>Frames queued.</returns>
    public int Enqueue(ReadOnlySpan<TransmitFrame> frames, ref DeviceCounters counters)
    {
        int accepted = 0;
        long octets = 0;
        lock (_gate)
        {
            foreach (TransmitFrame frame in frames)
            {
                int length = frame.Length;
                if (!CanTake(frame, length))
                {
                    frame.Release();
                    continue;
                }

                _ring[_tail & (uint)(_ring.Length - 1)] = new Entry(frame, null, length, OffloadOf(frame));
                Volatile.Write(ref _tail, _tail + 1);
                _octets += length;
                octets += length;
                accepted++;
            }
        }

        if (accepted > 0) _arrived.Set();
        counters.AddSent(accepted, octets);
        if (accepted < frames.Length) counters.AddTransmitDrops(frames.Length - accepted);
        return accepted;
    }

    /// <summary>Copies frames out, one into each buffer, and releases them.</summary>
    /// <returns>As <see cref="ILinkDevice.Receive"/>.</returns>
    public int Dequeue(ReadOnlySpan<PacketBuffer> buffers, ref DeviceCounters counters)
    {
        int filled = 0;
        while (filled < buffers.Length)
        {
            int taken = TakeBatch(Math.Min(buffers.Length - filled, BatchFrames), out bool ended);
            if (taken == 0) return filled == 0 && ended ? -1 : filled;
            filled += CopyBatch(taken, buffers[filled..], ref counters);
            Volatile.Write(ref _copying, false);
        }

        return filled;
    }

    /// <summary>The sending side goes away: afterwards the queue holds copies only, which can still be received.</summary>
    public void CloseProducer()
    {
        SpinWait spin = default;
        while (!TryDetach()) spin.SpinOnce();
        _arrived.Set();
    }

    /// <summary>The receiving side goes away: what is queued is dropped, what comes later too.</summary>
    public void CloseConsumer()
    {
        lock (_gate)
        {
            _consumerClosed = true;
            for (; _head != _tail; Volatile.Write(ref _head, _head + 1))
            {
                ref Entry entry = ref _ring[_head & (uint)(_ring.Length - 1)];
                entry.Frame?.Release();
                entry = default;
            }

            _octets = 0;
        }

        _arrived.Set();
    }

    private bool CanTake(TransmitFrame frame, int length) =>
        !_producerClosed && !_consumerClosed && _tail - _head < (uint)_maximumFrames && _octets + length <= _maximumOctets
        && OffloadRules.Accepts(_sender, frame);

    // What needs a checksum never leaves this process: nothing can have damaged it.
    private static ReceiveOffload OffloadOf(TransmitFrame frame) => new(
        frame.Offload.NeedsChecksum, frame.Offload.Segmentation == SegmentationKind.None ? (ushort)0 : frame.Offload.SegmentBytes);

    private int TakeBatch(int limit, out bool ended)
    {
        lock (_gate)
        {
            ended = _consumerClosed || (_producerClosed && _head == _tail);
            if (_consumerClosed) return 0;
            int count = (int)Math.Min((uint)limit, _tail - _head);
            for (int i = 0; i < count; i++)
            {
                ref Entry entry = ref _ring[(_head + (uint)i) & (uint)(_ring.Length - 1)];
                _batch[i] = entry;
                _octets -= entry.Length;
                entry = default;
            }

            Volatile.Write(ref _head, _head + (uint)count);
            _copying = count > 0;
            return count;
        }
    }

    private int CopyBatch(int count, ReadOnlySpan<PacketBuffer> buffers, ref DeviceCounters counters)
    {
        int filled = 0;
        long octets = 0;
        for (int i = 0; i < count; i++)
        {
            ref Entry entry = ref _batch[i];
            PacketBuffer buffer = buffers[filled];
            if (entry.Length <= buffer.Capacity)
            {
                buffer.SetRange(0, entry.Length);
                entry.CopyTo(buffer.Span);
                buffer.Offload = entry.Offload;
                octets += entry.Length;
                filled++;
            }

            entry.Frame?.Release();
            entry = default;
        }

        counters.AddReceived(filled, octets);
        if (filled < count) counters.AddReceiveDrops(count - filled);
        return filled;
    }

    // False while the receiving thread still reads frames that it has taken out: a matter of microseconds.
    private bool TryDetach()
    {
        lock (_gate)
        {
            Volatile.Write(ref _producerClosed, true);
            if (Volatile.Read(ref _copying)) return false;
            for (uint position = _head; position != _tail; position++)
            {
                ref Entry entry = ref _ring[position & (uint)(_ring.Length - 1)];
                if (entry.Frame is null) continue;
                byte[] copy = GC.AllocateUninitializedArray<byte>(entry.Length);
                entry.CopyTo(copy);
                entry.Frame.Release();
                entry = entry with { Frame = null, Copy = copy };
            }

            return true;
        }
    }

    private readonly record struct Entry(TransmitFrame? Frame, byte[]? Copy, int Length, ReceiveOffload Offload)
    {
        public void CopyTo(Span<byte> destination)
        {
            if (Frame is not null) Frame.CopyTo(destination);
            else Copy.CopyTo(destination);
        }
    }
}
