using System.Buffers;
using System.Security.Cryptography;
using PacketDotNet;
using SharpPcap;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers.SharpPcap;

/// <summary>An <see cref="ILiveDevice"/> as a link device: SharpPcap's capture thread fills a queue that the stack reads.</summary>
/// <remarks>For people who have such a device in hand. The libpcap device of StackSharp.Drivers needs no such thread and copies once less.</remarks>
public sealed class SharpPcapDevice : ILinkDevice
{
    private const int EthernetHeaderBytes = 22;   // With two VLAN tags.
    private const int SourceOffset = 6;
    private readonly ILiveDevice _device;
    private readonly Queue<(byte[] Bytes, int Length)> _waiting = new();
    private readonly object _gate = new();
    private readonly int _queueFrames;
    private readonly byte[] _outgoing;
    private long _framesReceived;
    private long _octetsReceived;
    private long _receiveDrops;
    private long _framesSent;
    private long _octetsSent;
    private long _transmitDrops;
    private long _captureDrops;
    private bool _woken;
    private bool _gone;
    private bool _disposed;

    private SharpPcapDevice(ILiveDevice device, SharpPcapOptions options)
    {
        _device = device;
        _queueFrames = options.QueueFrames;
        int frameBytes = options.MaximumTransmissionUnit + EthernetHeaderBytes;
        _outgoing = new byte[frameBytes];
        Info = new LinkDeviceInfo(
            "sharppcap:" + device.Name, LinkMedium.Ethernet, options.Address ?? RandomAddress(), options.MaximumTransmissionUnit, frameBytes);
    }

    public LinkDeviceInfo Info { get; }

    /// <summary>Counters; drops include those that SharpPcap reports of the kernel and of the card.</summary>
    public LinkDeviceStatistics Statistics
    {
        get
        {
            ReadCaptureDrops();
            return new LinkDeviceStatistics(
                Interlocked.Read(ref _framesReceived), Interlocked.Read(ref _octetsReceived),
                Interlocked.Read(ref _receiveDrops) + Interlocked.Read(ref _captureDrops),
                Interlocked.Read(ref _framesSent), Interlocked.Read(ref _octetsSent), Interlocked.Read(ref _transmitDrops));
        }
    }

    /// <summary>Opens the device in promiscuous and immediate mode and starts its capture.</summary>
    /// <param name="device">Not open yet. Belongs to the result from now on.</param>
    /// <exception cref="PcapException">SharpPcap cannot open it: its message says why.</exception>
    /// <exception cref="NotSupportedException">Its frames are not Ethernet.</exception>
    public static SharpPcapDevice Open(ILiveDevice device, SharpPcapOptions? options = null)
    {
        options ??= new SharpPcapOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.QueueFrames, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumTransmissionUnit, 68, nameof(options));
        device.Open(new DeviceConfiguration { Mode = DeviceModes.Promiscuous, Immediate = true, ReadTimeout = 1 });
        if (device.LinkType != LinkLayers.Ethernet)
        {
            LinkLayers linkType = device.LinkType;
            device.Close();
            throw new NotSupportedException($"{device.Name}: link type {linkType} is not Ethernet.");
        }

        if (options.Filter is not null) device.Filter = options.Filter;
        SharpPcapDevice opened = new(device, options);
        device.OnPacketArrival += opened.OnPacketArrival;
        device.OnCaptureStopped += opened.OnCaptureStopped;
        device.StartCapture();
        return opened;
    }

    public int Receive(ReadOnlySpan<PacketBuffer> buffers)
    {
        int filled = 0;
        lock (_gate)
        {
            if (_disposed) return -1;
            while (filled < buffers.Length && _waiting.TryDequeue(out (byte[] Bytes, int Length) frame))
            {
                PacketBuffer buffer = buffers[filled];
                if (frame.Length <= buffer.Capacity)
                {
                    buffer.SetRange(0, frame.Length);
                    frame.Bytes.AsSpan(0, frame.Length).CopyTo(buffer.Span);
                    buffer.Offload = default;
                    Interlocked.Increment(ref _framesReceived);
                    Interlocked.Add(ref _octetsReceived, frame.Length);
                    filled++;
                }
                else
                {
                    Interlocked.Increment(ref _receiveDrops);
                }

                ArrayPool<byte>.Shared.Return(frame.Bytes);
            }

            return filled == 0 && _gone ? -1 : filled;
        }
    }

    public void WaitForFrames(TimeSpan timeout)
    {
        long start = Environment.TickCount64;

        // Rounded up to the monitor's milliseconds: rounding down would spin through the last one.
        long limit = timeout < TimeSpan.Zero ? long.MaxValue : (long)Math.Ceiling(timeout.TotalMilliseconds);
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_woken && !_gone && !_disposed)
            {
                long left = limit == long.MaxValue ? int.MaxValue : limit - (Environment.TickCount64 - start);
                if (left <= 0) return;
                Monitor.Wait(_gate, (int)Math.Min(left, int.MaxValue));
            }

            _woken = false;
        }
    }

    public void Wake()
    {
        lock (_gate)
        {
            _woken = true;
            Monitor.PulseAll(_gate);
        }
    }

    public int Transmit(ReadOnlySpan<TransmitFrame> frames)
    {
        int sent = 0;
        foreach (TransmitFrame frame in frames)
        {
            if (TrySend(frame))
            {
                sent++;
                Interlocked.Add(ref _octetsSent, frame.Length);
            }

            frame.Release();
        }

        Interlocked.Add(ref _framesSent, sent);
        Interlocked.Add(ref _transmitDrops, frames.Length - sent);
        return sent;
    }

    /// <summary>Stops the capture and closes the device.</summary>
    public void Dispose()
    {
        ReadCaptureDrops();
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            Monitor.PulseAll(_gate);
        }

        // Not under the lock: stopping waits for the capture thread, which may be waiting for the lock.
        _device.OnPacketArrival -= OnPacketArrival;
        _device.OnCaptureStopped -= OnCaptureStopped;
        _device.StopCapture();
        _device.Dispose();
        lock (_gate)
        {
            while (_waiting.TryDequeue(out (byte[] Bytes, int Length) frame)) ArrayPool<byte>.Shared.Return(frame.Bytes);
        }
    }

    private static MacAddress RandomAddress()
    {
        const ulong LocalBit = 0x0200_0000_0000;
        const ulong GroupBit = 0x0100_0000_0000;
        Span<byte> bytes = stackalloc byte[MacAddress.Size];
        RandomNumberGenerator.Fill(bytes);
        return new MacAddress((MacAddress.FromBytes(bytes).Value & ~GroupBit) | LocalBit);
    }

    private bool TrySend(TransmitFrame frame)
    {
        if (frame.Length > _outgoing.Length || frame.Offload.NeedsChecksum) return false;
        int length = frame.CopyTo(_outgoing);
        try
        {
            _device.SendPacket(_outgoing.AsSpan(0, length));
            return true;
        }
        catch (PcapException)
        {
            return false;   // The card is down or its queue is full, or the device is closed: a drop, counted by the caller.
        }
    }

    // On Linux a capture also sees what is injected: those frames bear our own address as their source.
    private void OnPacketArrival(object sender, PacketCapture capture)
    {
        ReadOnlySpan<byte> frame = capture.Data;
        if (frame.Length < EthernetHeader.Size || MacAddress.FromBytes(frame[SourceOffset..]) == Info.Address) return;
        lock (_gate)
        {
            if (_disposed) return;
            if (_waiting.Count >= _queueFrames)
            {
                Interlocked.Increment(ref _receiveDrops);
                return;
            }

            byte[] copy = ArrayPool<byte>.Shared.Rent(frame.Length);
            frame.CopyTo(copy);
            _waiting.Enqueue((copy, frame.Length));
            Monitor.PulseAll(_gate);
        }
    }

    private void OnCaptureStopped(object sender, CaptureStoppedEventStatus status)
    {
        lock (_gate)
        {
            _gone = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void ReadCaptureDrops()
    {
        if (Volatile.Read(ref _disposed)) return;
        try
        {
            if (_device.Statistics is { } statistics)
                Interlocked.Exchange(ref _captureDrops, (long)statistics.DroppedPackets + statistics.InterfaceDroppedPackets);
        }
        catch (PcapException)
        {
            // Closed in the meantime: the last figures stand.
        }
    }
}
