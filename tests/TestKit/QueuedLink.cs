using System.Collections.Concurrent;
using StackSharp.Drivers.Native;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;

namespace StackSharp.Tests.TestKit;

/// <summary>Says which queue a frame goes to: 0 or more, taken modulo the number of queues.</summary>
internal delegate uint QueueChoice(ReadOnlySpan<byte> frame);

/// <summary>Makes a device with one queue one with several: the test says which queue each frame comes in on.</summary>
internal sealed class QueuedLink : IDisposable
{
    private readonly ILinkDevice _device;
    private readonly QueueChoice _choose;
    private readonly Queue[] _queues;
    private readonly Lock _transmit = new();
    private readonly BufferPool _pool = new(66 << 10, 66 << 10);
    private readonly Thread _thread;
    private int _open;
    private volatile bool _isClosed;

    private QueuedLink(ILinkDevice device, int count, QueueChoice choose)
    {
        _device = device;
        _choose = choose;
        _open = count;
        _queues = [.. Enumerable.Range(0, count).Select(_ => new Queue(this))];
        _thread = new Thread(Distribute) { IsBackground = true, Name = "queued link" };
        _thread.Start();
    }

    /// <param name="device">Belongs to the queues from here; it is disposed with the last of them.</param>
    /// <param name="choose">Called by one thread at a time.</param>
    public static IReadOnlyList<ILinkDevice> Split(ILinkDevice device, int count, QueueChoice choose) => new QueuedLink(device, count, choose)._queues;

    /// <summary>Ends the thread and the device: the last queue to be disposed does so.</summary>
    public void Dispose()
    {
        _isClosed = true;
        _device.Wake();
        _thread.Join();
        _device.Dispose();
        _pool.Dispose();
    }

    private void Distribute()
    {
        PacketBuffer buffer = _pool.TryRent()!;
        while (!_isClosed)
        {
            int count = _device.Receive([buffer]);
            if (count < 0) break;
            if (count == 0)
            {
                _device.WaitForFrames(Timeout.InfiniteTimeSpan);
                continue;
            }
            _queues[_choose(buffer.Span) % (uint)_queues.Length].Add(buffer.Span.ToArray(), buffer.Offload);
        }
        buffer.Release();
        foreach (Queue queue in _queues) queue.End();
    }

    private int Transmit(ReadOnlySpan<TransmitFrame> frames)
    {
        lock (_transmit) return _device.Transmit(frames);
    }

    private void OnQueueClosed()
    {
        if (Interlocked.Decrement(ref _open) == 0) Dispose();
    }

    private sealed class Queue(QueuedLink link) : ILinkDevice
    {
        private const int MaximumFrames = 4096;
        private readonly ConcurrentQueue<(byte[] Frame, ReceiveOffload Offload)> _frames = new();
        private readonly WaitSignal _arrived = new();
        private int _disposed;
        private volatile bool _hasEnded;

        public LinkDeviceInfo Info => link._device.Info;

        public LinkDeviceStatistics Statistics => link._device.Statistics;

        public void Add(byte[] frame, ReceiveOffload offload)
        {
            if (_frames.Count >= MaximumFrames) return;   // As a device would.
            _frames.Enqueue((frame, offload));
            _arrived.Set();
        }

        public void End()
        {
            _hasEnded = true;
            _arrived.Set();
        }

        public int Receive(ReadOnlySpan<PacketBuffer> buffers)
        {
            int count = 0;
            while (count < buffers.Length && _frames.TryDequeue(out (byte[] Frame, ReceiveOffload Offload) next))
            {
                next.Frame.CopyTo(buffers[count].Storage);
                buffers[count].SetRange(0, next.Frame.Length);
                buffers[count++].Offload = next.Offload;
            }
            return count == 0 && _hasEnded ? -1 : count;
        }

        public void WaitForFrames(TimeSpan timeout)
        {
            if (_frames.IsEmpty && !_hasEnded) _arrived.Wait(timeout);
        }

        public void Wake() => _arrived.Set();

        public int Transmit(ReadOnlySpan<TransmitFrame> frames) => link.Transmit(frames);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0) link.OnQueueClosed();
        }
    }
}
