using System.Buffers;
using System.Diagnostics;
using System.IO;
using StackSharp.Drivers.Native;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;

namespace StackSharp.Drivers.PcapFile;

/// <summary>Replays a capture as if it came from a wire. What the stack sends is counted, or written to another file.</summary>
/// <remarks>The link is that of the first frame; frames of another kind of link, and frames that were cut when captured, are dropped and counted.</remarks>
public sealed class PcapFileDevice : ILinkDevice
{
    private readonly Lock _reading = new();
    private readonly Lock _writing = new();
    private readonly CaptureReader _reader;
    private readonly PcapngWriter? _writer;
    private readonly WaitSignal _signal = new();
    private readonly double _speed;
    private readonly CaptureDirection _direction;
    private readonly ArrayBufferWriter<byte> _next = new(2048);
    private DeviceCounters _counters;
    private bool _hasNext;
    private long _nextTime;
    private readonly long _firstTime;
    private long _started;
    private bool _ended;
    private bool _disposed;

    private PcapFileDevice(PcapFileOptions options, CaptureReader reader, PcapngWriter? writer)
    {
        _reader = reader;
        _writer = writer;
        _speed = options.Speed;
        _direction = options.Direction;
        LinkMedium medium = LinkMedium.Ethernet;
        if (!reader.TryRead(out CapturedFrame first)) _ended = true;
        else
        {
            medium = first.Interface.LinkType.ToMedium() ?? throw new CaptureFormatException(
                0, $"link type {(int)first.Interface.LinkType} is not replayed, only Ethernet (1) and bare IP packets (101, 12, 228, 229).");
            _firstTime = first.NanosecondsSinceEpoch;
        }

        Info = new LinkDeviceInfo(
            "file:" + options.Path, medium, options.Address ?? LocalAddress.Random(), options.MaximumTransmissionUnit,
            OffloadRules.MaximumPacketBytes + OffloadRules.LinkHeaderBytes(medium));
        writer?.AddInterface(new CaptureInterface(medium.ToLinkType(), 0, Info.Name, "frames sent"));
        if (!_ended && !IsWanted(first)) _counters.AddReceiveDrops(Advance());
        else if (!_ended && !Keep(first)) _counters.AddReceiveDrops(1 + Advance());
    }

    public LinkDeviceInfo Info { get; }

    public LinkDeviceStatistics Statistics => _counters.Read();

    /// <summary>What ended the replay before the end of the file: damage (<see cref="CaptureFormatException"/>) or a read error. Null: nothing.</summary>
    public Exception? Fault { get; private set; }

    /// <exception cref="DeviceException">A file cannot be opened, is no capture, or holds frames of no link that can be replayed.</exception>
    public static PcapFileDevice Open(PcapFileOptions options)
    {
        if (options.Speed < 0 || !double.IsFinite(options.Speed)) throw new ArgumentOutOfRangeException(nameof(options), "The speed is 0 or a positive factor.");
        CaptureReader? reader = null;
        PcapngWriter? writer = null;
        try
        {
            reader = CaptureReader.Open(options.Path);
            if (options.OutputPath is not null) writer = PcapngWriter.Create(options.OutputPath);
            return new PcapFileDevice(options, reader, writer);
        }
        catch (Exception exception) when (exception is CaptureFormatException or IOException or UnauthorizedAccessException)
        {
            reader?.Dispose();
            writer?.Dispose();
            throw new DeviceException($"file:{options.Path}: {exception.Message}", exception);
        }
    }

    public int Receive(ReadOnlySpan<PacketBuffer> buffers)
    {
        lock (_reading)
        {
            if (_disposed) return -1;
            int filled = 0;
            int drops = 0;
            long octets = 0;
            while (filled < buffers.Length && _hasNext && UntilNext() <= TimeSpan.Zero)
            {
                PacketBuffer buffer = buffers[filled];
                if (_next.WrittenCount > buffer.Capacity) drops++;
                else
                {
                    buffer.SetRange(0, _next.WrittenCount);
                    _next.WrittenSpan.CopyTo(buffer.Span);
                    buffer.Offload = default;
                    octets += buffer.Length;
                    filled++;
                }

                drops += Advance();
            }

            if (filled > 0) _counters.AddReceived(filled, octets);
            if (drops > 0) _counters.AddReceiveDrops(drops);
            return filled == 0 && _ended ? -1 : filled;
        }
    }

    public void WaitForFrames(TimeSpan timeout)
    {
        TimeSpan left;
        lock (_reading)
        {
            if (_disposed || _ended) return;
            left = UntilNext();
        }

        if (left > TimeSpan.Zero) _signal.Wait(timeout < TimeSpan.Zero || left < timeout ? left : timeout);
    }

    public void Wake() => _signal.Set();

    public int Transmit(ReadOnlySpan<TransmitFrame> frames)
    {
        int sent = 0;
        long octets = 0;
        lock (_writing)
        {
            foreach (TransmitFrame frame in frames)
            {
                if (!_disposed && OffloadRules.Accepts(Info, frame) && TryWrite(frame))
                {
                    sent++;
                    octets += frame.Length;
                }

                frame.Release();
            }
        }

        _counters.AddSent(sent, octets);
        if (sent < frames.Length) _counters.AddTransmitDrops(frames.Length - sent);
        return sent;
    }

    public void Dispose()
    {
        _signal.Set();
        lock (_reading)
        {
            lock (_writing)
            {
                if (_disposed) return;
                _disposed = true;
                _reader.Dispose();
                try
                {
                    _writer?.Dispose();
                }
                catch (IOException exception)
                {
                    Fault ??= exception;   // The disk is full: the last frames are missing from the output.
                }
            }
        }
    }

    private bool TryWrite(TransmitFrame frame)
    {
        if (_writer is null) return true;
        byte[] copy = ArrayPool<byte>.Shared.Rent(frame.Length);
        try
        {
            int length = frame.CopyTo(copy);
            _writer.WriteFrame(0, CaptureClock.NanosecondsSinceEpoch, copy.AsSpan(0, length), length, CaptureDirection.Outbound);
            return true;
        }
        catch (IOException exception)
        {
            Fault ??= exception;
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private TimeSpan UntilNext()
    {
        if (_speed == 0) return TimeSpan.Zero;
        if (_started == 0) _started = Stopwatch.GetTimestamp();
        TimeSpan due = TimeSpan.FromTicks((long)((_nextTime - _firstTime) / (100 * _speed)));
        return due - Stopwatch.GetElapsedTime(_started);
    }

    /// <summary>Reads on to the next frame that is replayed, or to the end.</summary>
    /// <returns>Frames passed over because they cannot be.</returns>
    private int Advance()
    {
        _hasNext = false;
        int dropped = 0;
        try
        {
            while (_reader.TryRead(out CapturedFrame frame))
            {
                if (!IsWanted(frame)) continue;
                if (Keep(frame)) return dropped;
                dropped++;
            }
        }
        catch (Exception exception) when (exception is CaptureFormatException or IOException)
        {
            Fault = exception;
        }

        _ended = true;
        return dropped;
    }

    private bool IsWanted(in CapturedFrame frame) =>
        _direction == CaptureDirection.Unknown || frame.Direction == CaptureDirection.Unknown || frame.Direction == _direction;

    private bool Keep(in CapturedFrame frame)
    {
        if (frame.Interface.LinkType.ToMedium() != Info.Medium || frame.Bytes.Length < frame.OriginalLength || frame.Bytes.IsEmpty) return false;
        _next.ResetWrittenCount();
        _next.Write(frame.Bytes);
        _nextTime = frame.NanosecondsSinceEpoch;
        _hasNext = true;
        return true;
    }
}
