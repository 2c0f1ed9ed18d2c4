using System.IO;
using StackSharp.Drivers.PcapFile;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;

namespace StackSharp.Drivers.Wrappers;

/// <summary>Records what passes a device, both ways, to a pcapng file, without ever making the device wait for the disk.</summary>
/// <remarks>
/// Frames are recorded as the stack hands them over and gets them: a large segment is one frame of up to 64 KiB, with lengths that say so
/// and with the checksum that the device would have completed. Sent frames are recorded before the device has taken or refused them.
/// </remarks>
public sealed class PcapngRecorder : ILinkDevice
{
    private readonly ILinkDevice _device;
    private readonly RecordingQueue _queue;
    private readonly int _snapLength;

    /// <param name="device">Belongs to the recorder from now on.</param>
    /// <param name="output">Belongs to the recorder from now on. Written by a thread of its own.</param>
    /// <exception cref="IOException">The first blocks cannot be written.</exception>
    public PcapngRecorder(ILinkDevice device, Stream output, PcapngRecorderOptions? options = null)
    {
        options ??= new PcapngRecorderOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(options.SnapLength, nameof(options));
        _device = device;
        _snapLength = options.SnapLength == 0 ? int.MaxValue : options.SnapLength;
        PcapngWriter writer = new(output);
        writer.AddInterface(new CaptureInterface(
            device.Info.Medium.ToLinkType(), (uint)options.SnapLength, device.Info.Name, options.Description));
        _queue = new RecordingQueue(writer, options);
    }

    public LinkDeviceInfo Info => _device.Info;

    public LinkDeviceStatistics Statistics => _device.Statistics;

    /// <summary>Frames written to the file.</summary>
    public long FramesRecorded => _queue.Recorded;

    /// <summary>Frames that passed but are not in the file: the writer was behind, or failed. The file says so too.</summary>
    public long FramesLeftOut => _queue.LeftOut;

    /// <summary>Why nothing more is written: the disk is full, the pipe is closed. Null: all is well.</summary>
    public Exception? Fault => _queue.Fault;

    /// <summary>Wraps a device and creates or overwrites a file.</summary>
    /// <exception cref="DeviceException">The file cannot be created.</exception>
    public static PcapngRecorder Create(ILinkDevice device, string path, PcapngRecorderOptions? options = null)
    {
        try
        {
            return new PcapngRecorder(device, new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16), options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DeviceException($"cannot record to {path}: {exception.Message}", exception);
        }
    }

    /// <summary>Attaches a remark to the next frame that passes, or to the end of the file if none does. Any thread.</summary>
    public void Comment(string text) => _queue.Comment(text);

    public int Receive(ReadOnlySpan<PacketBuffer> buffers)
    {
        int count = _device.Receive(buffers);
        for (int i = 0; i < count; i++) Record(buffers[i]);
        return count;
    }

    public void WaitForFrames(TimeSpan timeout) => _device.WaitForFrames(timeout);

    public void Wake() => _device.Wake();

    public int Transmit(ReadOnlySpan<TransmitFrame> frames)
    {
        foreach (TransmitFrame frame in frames) Record(frame);
        return _device.Transmit(frames);
    }

    /// <summary>Disposes the device, writes what waits, and closes the file.</summary>
    public void Dispose()
    {
        _device.Dispose();
        LinkDeviceStatistics statistics = _device.Statistics;
        _queue.Close(statistics.FramesReceived + statistics.FramesSent, statistics.ReceiveDrops + statistics.TransmitDrops);
    }

    private void Record(TransmitFrame frame)
    {
        int length = frame.Length;
        if (_queue.TryReserve(length) is not { } copy) return;
        frame.CopyTo(copy);
        ChecksumCompletion.Complete(copy.AsSpan(0, length), Info.Medium, frame.Offload);
        _queue.Add(copy, length, Math.Min(length, _snapLength), CaptureDirection.Outbound);
    }

    // Verified may mean that the checksum was never there: a frame from the same machine.
    private void Record(PacketBuffer buffer)
    {
        int length = buffer.Length;
        if (_queue.TryReserve(length) is not { } copy) return;
        buffer.Span.CopyTo(copy);
        if (buffer.Offload.ChecksumVerified) ChecksumCompletion.Recompute(copy.AsSpan(0, length), Info.Medium);
        _queue.Add(copy, length, Math.Min(length, _snapLength), CaptureDirection.Inbound);
    }
}
