using System.Diagnostics;
using StackSharp.Drivers.Native;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;
using StackSharp.Stack.Time;

namespace StackSharp.Drivers.Wrappers;

/// <summary>Makes any device's link slow, late, lossy or noisy, in real time. For virtual time use <see cref="Wrappers.Impairments"/> directly.</summary>
/// <remarks>
/// Loss has to hit frames of a wire's size. So sending offers the stack no segmentation where it is impaired, and large segments that
/// arrive are cut, with checksums of their own, before anything happens to them.
/// </remarks>
public sealed class ImpairedDevice : ILinkDevice
{
    private const int BatchFrames = 32;
    private readonly ILinkDevice _device;
    private readonly bool _transmitIsPerfect;
    private readonly bool _receiveIsPerfect;
    private readonly ImpairedDirection _transmit;
    private readonly ImpairedDirection _receive;
    private readonly Lock _transmitGate = new();
    private readonly Lock _receiveGate = new();
    private readonly ArrivedFrames _arrived;
    private readonly BufferPool _staging;
    private readonly PacketBuffer[] _staged;
    private readonly WaitSignal _departure = new();
    private readonly WaitSignal _wake = new();
    private DeviceCounters _counters;
    private Thread? _sender;
    private bool _deviceEnded;
    private volatile bool _closed;

    /// <param name="device">Belongs to the wrapper from now on.</param>
    /// <exception cref="ArgumentOutOfRangeException">A chance outside 0 to 1, a negative time, a rate or queue of nothing.</exception>
    public ImpairedDevice(ILinkDevice device, ImpairedDeviceOptions options)
    {
        _device = device;
        _transmitIsPerfect = options.Transmit.IsPerfect;
        _receiveIsPerfect = options.Receive.IsPerfect;
        int frameBytes = device.Info.MaximumTransmissionUnit + OffloadRules.LinkHeaderBytes(device.Info.Medium);
        Info = _transmitIsPerfect ? device.Info : device.Info with { Capabilities = TransmitCapabilities.None, MaximumSegmentationBytes = 0 };
        if (!_receiveIsPerfect) Info = Info with { MaximumFrameBytes = frameBytes };
        LinkMedium medium = device.Info.Medium;
        _transmit = new ImpairedDirection(options.Transmit, new SeededRandomSource(options.Seed), medium, frameBytes, options.MaximumBytesUnderWay);
        _receive = new ImpairedDirection(options.Receive, new SeededRandomSource(~options.Seed), medium, frameBytes, options.MaximumBytesUnderWay);
        _arrived = new ArrivedFrames(device);
        _staging = new BufferPool(Math.Max(frameBytes, device.Info.MaximumFrameBytes), int.MaxValue);
        _staged = _receiveIsPerfect ? [] : [.. Enumerable.Range(0, BatchFrames).Select(_ => _staging.TryRent()!)];
    }

    public LinkDeviceInfo Info { get; }

    /// <summary>Drops of the device below, and what found the queue in front of the link full. What was lost on the way is counted elsewhere.</summary>
    public LinkDeviceStatistics Statistics
    {
        get
        {
            LinkDeviceStatistics own = _counters.Read();
            LinkDeviceStatistics below = _device.Statistics;
            LinkDeviceStatistics received = _receiveIsPerfect ? below : own with { ReceiveDrops = own.ReceiveDrops + below.ReceiveDrops };
            LinkDeviceStatistics sent = _transmitIsPerfect ? below : own with { TransmitDrops = own.TransmitDrops + below.TransmitDrops };
            return new LinkDeviceStatistics(
                received.FramesReceived, received.OctetsReceived, received.ReceiveDrops, sent.FramesSent, sent.OctetsSent, sent.TransmitDrops);
        }
    }

    /// <summary>What happened to frames that the stack sent.</summary>
    public ImpairmentStatistics TransmitImpairments => _transmit.Impairments.Statistics;

    /// <summary>What happened to frames on their way to the stack.</summary>
    public ImpairmentStatistics ReceiveImpairments => _receive.Impairments.Statistics;

    private static Instant Now => Instant.Origin + Stopwatch.GetElapsedTime(0);

    public int Receive(ReadOnlySpan<PacketBuffer> buffers)
    {
        if (_receiveIsPerfect) return _device.Receive(buffers);
        lock (_receiveGate)
        {
            if (_closed) return -1;
            TakeFromDevice();
            int filled = Deliver(buffers);
            return filled == 0 && _deviceEnded && _receive.IsEmpty ? -1 : filled;
        }
    }

    public void WaitForFrames(TimeSpan timeout)
    {
        TimeSpan limit = timeout;
        bool deviceEnded;
        lock (_receiveGate)
        {
            deviceEnded = _deviceEnded;
            if (_closed || (deviceEnded && _receive.IsEmpty)) return;
            Instant next = _receive.NextArrival;
            if (next != Instant.Never)
            {
                TimeSpan left = next - Now;
                if (left <= TimeSpan.Zero) return;
                if (timeout < TimeSpan.Zero || left < timeout) limit = left;
            }
        }

        if (deviceEnded) _wake.Wait(limit);   // The device itself would not make us wait any more.
        else _device.WaitForFrames(limit);
    }

    public void Wake()
    {
        _wake.Set();
        _device.Wake();
    }

    public int Transmit(ReadOnlySpan<TransmitFrame> frames)
    {
        if (_transmitIsPerfect) return _device.Transmit(frames);
        int accepted = 0;
        long octets = 0;
        lock (_transmitGate)
        {
            Instant now = Now;
            foreach (TransmitFrame frame in frames)
            {
                if (!_closed && OffloadRules.Accepts(Info, frame) && _transmit.TryOffer(frame, now))
                {
                    accepted++;
                    octets += frame.Length;
                }

                frame.Release();
            }

            if (!_closed) _arrived.Send(_transmit, now);
            if (!_closed && !_transmit.IsEmpty) StartSender();
        }

        _counters.AddSent(accepted, octets);
        if (accepted < frames.Length) _counters.AddTransmitDrops(frames.Length - accepted);
        return accepted;
    }

    /// <summary>Disposes the device. What is under way is lost.</summary>
    public void Dispose()
    {
        Thread? sender;
        lock (_receiveGate)
        {
            lock (_transmitGate)
            {
                if (_closed) return;
                _closed = true;
                sender = _sender;
            }
        }

        // The device gives back the frames of ours that it holds; only then may their memory go.
        _device.Dispose();
        _wake.Set();
        _departure.Set();
        sender?.Join();
        foreach (PacketBuffer buffer in _staged) buffer.Release();
        _receive.Dispose();
        _transmit.Dispose();
        _staging.Dispose();
        _arrived.Dispose();
    }

    private void TakeFromDevice()
    {
        int count = _deviceEnded ? 0 : _device.Receive(_staged);
        _deviceEnded |= count < 0;
        Instant now = Now;
        for (int i = 0; i < count; i++)
            if (!_receive.TryOfferReceived(_staged[i], now)) _counters.AddReceiveDrops(1);
    }

    private int Deliver(ReadOnlySpan<PacketBuffer> buffers)
    {
        int filled = 0;
        long octets = 0;
        Instant now = Now;
        while (filled < buffers.Length && _receive.TryTake(now, out PacketBuffer arrived))
        {
            PacketBuffer buffer = buffers[filled];
            if (arrived.Length <= buffer.Capacity)
            {
                buffer.SetRange(0, arrived.Length);
                arrived.Span.CopyTo(buffer.Span);
                buffer.Offload = default;
                octets += arrived.Length;
                filled++;
            }
            else
            {
                _counters.AddReceiveDrops(1);
            }

            arrived.Release();
        }

        if (filled > 0) _counters.AddReceived(filled, octets);
        return filled;
    }

    private void StartSender()
    {
        if (_sender is null)
        {
            _sender = new Thread(SendLater) { IsBackground = true, Name = "impaired link" };
            _sender.Start();
        }

        _departure.Set();
    }

    private void SendLater()
    {
        while (!_closed)
        {
            TimeSpan left;
            lock (_transmitGate)
            {
                if (_closed) return;
                Instant now = Now;
                _arrived.Send(_transmit, now);
                left = _transmit.IsEmpty ? Timeout.InfiniteTimeSpan : _transmit.NextArrival - now;
            }

            if (left > TimeSpan.Zero || left == Timeout.InfiniteTimeSpan) _departure.Wait(left);
        }
    }
}
