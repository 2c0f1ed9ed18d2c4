using StackSharp.Drivers.Native;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;

namespace StackSharp.Drivers.AfPacket;

/// <summary>A network card or veth of this machine, used beside the system's own stack through a Linux packet socket: one queue of it.</summary>
/// <remarks>
/// Large segments and checksums are left to the kernel, as on a TAP. The kernel's own stack sees what arrives as well: an address that is given to
/// our stack must not be the kernel's on this interface, or the kernel answers too, with resets; nor may the kernel forward what arrives here.
/// A veth hands frames of one flow over from several processors, so they may arrive in another order than they were sent.
/// </remarks>
public sealed unsafe class AfPacketDevice : ILinkDevice
{
    private readonly UsageGate _gate;
    private readonly DescriptorWait _wait;
    private readonly AfPacketSocket _socket;
    private readonly ReceiveRing _ring;
    private readonly MessageBatch _messages;
    private readonly RingWatch _watch;
    private readonly Lock _dropsGate = new();
    private DeviceCounters _counters;
    private long _kernelDrops;
    private long _slotsTaken;
    private bool _gone;

    private AfPacketDevice(AfPacketSocket socket, ReceiveRing ring, LinkDeviceInfo info)
    {
        _wait = new DescriptorWait(info.Name);
        _socket = socket;
        _ring = ring;
        _messages = new MessageBatch(socket);
        _watch = new RingWatch();
        Info = info;
        _gate = new UsageGate(() =>
        {
            ring.Unmap();
            socket.Close();
            _wait.Close();
            _messages.Free();
        });
    }

    public LinkDeviceInfo Info { get; }

    /// <summary>Counters; drops include the frames for which the kernel's ring had no room.</summary>
    public LinkDeviceStatistics Statistics
    {
        get
        {
            long kernelDrops = KernelDrops();
            LinkDeviceStatistics own = _counters.Read();
            return own with { ReceiveDrops = own.ReceiveDrops + kernelDrops };
        }
    }

    /// <summary>Opens an interface.</summary>
    /// <exception cref="DeviceException">No permission, no such interface, one that is down or not Ethernet; the message says what to do.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A ring or send buffer of nothing.</exception>
    /// <exception cref="PlatformNotSupportedException">Not on Linux.</exception>
    public static AfPacketDevice Open(AfPacketOptions options) => AfPacketOpening.Open(options, 1, asGroup: false)[0];

    /// <summary>Opens several queues of one interface (PACKET_FANOUT): the kernel spreads flows over them, each is a device of its own.</summary>
    /// <param name="options">For all of them; each has a ring of its own.</param>
    /// <param name="count">1 to 256, which is the kernel's limit.</param>
    /// <exception cref="DeviceException">As <see cref="Open"/>.</exception>
    /// <exception cref="PlatformNotSupportedException">Not on Linux.</exception>
    public static IReadOnlyList<AfPacketDevice> OpenQueues(AfPacketOptions options, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 256);
        return AfPacketOpening.Open(options, count, asGroup: true);
    }

    public int Receive(ReadOnlySpan<PacketBuffer> buffers)
    {
        if (!_gate.TryEnter()) return -1;
        int filled = 0;
        int drops = 0;
        long octets = 0;
        for (int reads = 0; reads < buffers.Length; reads++)
        {
            ReceiveSlot* slot = _ring.Current;
            if (slot == null) break;
            PacketBuffer buffer = buffers[filled];

            // A frame in the queue is taken out whatever becomes of it: the next slot that says so means the next one.
            bool taken = slot->IsQueued ? TryReadQueued(slot, buffer) : slot->IsOutgoing || ReceiveSlot.TryCopyTo(slot, _socket.HasHeader, buffer);
            if (!taken)
            {
                drops++;
            }
            else if (!slot->IsOutgoing)
            {
                octets += buffer.Length;
                filled++;
            }

            _ring.Advance();
            _slotsTaken++;
        }

        bool ended = filled == 0 && _gone && _ring.Current == null;
        _gate.Exit();
        if (filled > 0) _counters.AddReceived(filled, octets);
        if (drops > 0) _counters.AddReceiveDrops(drops);
        return ended ? -1 : filled;
    }

    public void WaitForFrames(TimeSpan timeout)
    {
        if (!_gate.TryEnter()) return;
        long started = Environment.TickCount64;
        while (true)
        {
            if (_watch.IsDue) LookAround();
            if (_gone) break;
            TimeSpan left = timeout < TimeSpan.Zero ? TimeSpan.MaxValue : timeout - TimeSpan.FromMilliseconds(Environment.TickCount64 - started);
            if (left < TimeSpan.Zero) left = TimeSpan.Zero;
            bool isLast = left <= _watch.LongestWait;
            WaitOutcome outcome = _wait.Wait(_socket.Descriptor, isLast ? left : _watch.LongestWait);
            if (outcome == WaitOutcome.Error)
            {
                _socket.TakeError();   // The interface went down: whether it comes back remains to be seen.
                _watch.NoteError(_slotsTaken);
            }

            if (outcome != WaitOutcome.TimeIsUp || isLast) break;
        }

        _gate.Exit();
    }

    public void Wake()
    {
        if (!_gate.TryEnter()) return;
        _wait.Wake();
        _gate.Exit();
    }

    public int Transmit(ReadOnlySpan<TransmitFrame> frames)
    {
        bool open = _gate.TryEnter();
        int sent = 0;
        long octets = 0;
        for (ReadOnlySpan<TransmitFrame> rest = frames; !rest.IsEmpty;)
        {
            ReadOnlySpan<TransmitFrame> batch = rest[..Math.Min(rest.Length, MessageBatch.Capacity)];
            rest = rest[batch.Length..];
            if (open)
            {
                foreach (TransmitFrame frame in batch)
                    if (OffloadRules.Accepts(Info, frame)) _messages.Add(frame);
                sent += _messages.Send(out long batchOctets);
                octets += batchOctets;
            }

            foreach (TransmitFrame frame in batch) frame.Release();
        }

        if (open) _gate.Exit();
        _counters.AddSent(sent, octets);
        if (sent < frames.Length) _counters.AddTransmitDrops(frames.Length - sent);
        return sent;
    }

    public void Dispose()
    {
        KernelDrops();   // The last look: afterwards there is nobody to ask.
        if (!_gate.TryEnter()) return;
        _gate.Close();
        _wait.Wake();
        _gate.Exit();
    }

    /// <summary>The device takes over socket and ring.</summary>
    internal static AfPacketDevice Create(AfPacketSocket socket, ReceiveRing ring, LinkDeviceInfo info) => new(socket, ring, info);

    private bool TryReadQueued(ReceiveSlot* slot, PacketBuffer buffer)
    {
        bool taken = QueuedFrame.TryRead(_socket, slot, buffer, out bool hasFailed);
        if (hasFailed) _watch.NoteError(_slotsTaken);
        return taken;
    }

    // What the kernel does not tell a waiting thread.
    private void LookAround()
    {
        long drops = KernelDrops();
        if (_socket.HasLostInterface) _gone = true;
        else if (_watch.FindsRingStuck(drops, _slotsTaken, _ring.Current == null) && !_ring.TryRebuild()) _gone = true;
    }

    private long KernelDrops()
    {
        lock (_dropsGate)
        {
            if (!_gate.TryEnter()) return _kernelDrops;
            _kernelDrops += _socket.TakeDrops();
            _gate.Exit();
            return _kernelDrops;
        }
    }
}
