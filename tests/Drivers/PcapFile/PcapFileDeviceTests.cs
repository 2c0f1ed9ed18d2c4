using System.Diagnostics;
using System.IO;
using StackSharp.Drivers;
using StackSharp.Drivers.PcapFile;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Drivers.PcapFile;

public sealed class PcapFileDeviceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("stacksharp").FullName;
    private readonly FrameSource _source = new();

    [Fact]
    public void A_recorded_ping_is_replayed_frame_by_frame()
    {
        using PcapFileDevice device = Open(new PcapFileOptions { Path = CaptureFile.PathOf("icmp/kernel-ping-over-veth.pcap") });
        List<byte[]> frames = device.ReceiveAll(_source);
        Assert.Equal(6, frames.Count);
        RawStation station = new(LocalMac, IpAddress.Parse("198.18.0.2"));
        Assert.Equal(3, frames.Count(frame => station.Answer(frame) is not null));   // One ARP request, two pings.
        PacketBuffer buffer = _source.Buffer();
        Assert.Equal(-1, device.Receive([buffer]));
        buffer.Release();
        Assert.Null(device.Fault);
    }

    [Fact]
    public void Original_timing_is_kept_and_scaled()
    {
        string path = Write(frames: 3, millisecondsApart: 100);
        using PcapFileDevice device = Open(new PcapFileOptions { Path = path, Speed = 2 });
        long started = Stopwatch.GetTimestamp();
        for (byte i = 0; i < 3; i++) Assert.Equal(i, device.ReceiveOne(_source)[0]);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 99, 5000);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_thread_that_waits_for_a_late_frame_comes_back(bool dispose)
    {
        PcapFileDevice device = Open(new PcapFileOptions { Path = Write(2, 3_600_000), Speed = 1 });
        device.ReceiveOne(_source);
        Thread waiting = DeviceCalls.Start(() => device.WaitForFrames(Timeout.InfiniteTimeSpan));
        Assert.False(waiting.Join(50), "It did not wait.");
        if (dispose) device.Dispose();
        else device.Wake();
        waiting.MustEnd();
        device.Dispose();
        Assert.Equal(-1, device.Receive([]));
    }

    [Fact]
    public void What_is_sent_goes_to_the_output_file()
    {
        string output = Path.Combine(_folder, "out.pcapng");
        using (PcapFileDevice device = Open(new PcapFileOptions { Path = Write(1, 0), OutputPath = output }))
            Assert.Equal(1, device.Transmit([_source.Frame([1, 2, 3]), _source.Frame(new byte[2000])]));
        using CaptureReader reader = CaptureReader.Open(output);
        Assert.True(reader.TryRead(out CapturedFrame frame));
        Assert.Equal([1, 2, 3], frame.Bytes.ToArray());
        Assert.Equal(CaptureDirection.Outbound, frame.Direction);
        Assert.False(reader.TryRead(out _));
        Assert.Equal(0, _source.Outstanding);
    }

    [Fact]
    public void Frames_that_cannot_be_replayed_are_counted_and_other_directions_left_out()
    {
        string path = Path.Combine(_folder, "mixed.pcapng");
        using (PcapngWriter writer = PcapngWriter.Create(path))
        {
            writer.AddInterface(new CaptureInterface(CaptureLinkType.Ethernet, 0));
            writer.AddInterface(new CaptureInterface((CaptureLinkType)113, 0));
            writer.WriteFrame(0, 0, [9], 1, CaptureDirection.Outbound);
            writer.WriteFrame(0, 0, [1], 1, CaptureDirection.Inbound);
            writer.WriteFrame(1, 0, [2], 1, CaptureDirection.Inbound);
            writer.WriteFrame(0, 0, [3], 100, CaptureDirection.Inbound);
            writer.WriteFrame(0, 0, [4], 1);
        }

        using PcapFileDevice device = Open(new PcapFileOptions { Path = path, Direction = CaptureDirection.Inbound });
        Assert.Equal([[1], [4]], device.ReceiveAll(_source));
        Assert.Equal(2, device.Statistics.ReceiveDrops);
    }

    [Fact]
    public void A_damaged_file_ends_the_device_and_says_why()
    {
        string path = Write(2, 0);
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^2]);
        using PcapFileDevice device = Open(new PcapFileOptions { Path = path });
        Assert.Single(device.ReceiveAll(_source));
        PacketBuffer buffer = _source.Buffer();
        Assert.Equal(-1, device.Receive([buffer]));
        buffer.Release();
        Assert.Contains("ends in the middle", Assert.IsType<CaptureFormatException>(device.Fault).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_do_not_open_say_why()
    {
        string missing = Path.Combine(_folder, "missing.pcap");
        Assert.StartsWith($"file:{missing}: ", Assert.Throws<DeviceException>(() => Open(new PcapFileOptions { Path = missing })).Message, StringComparison.Ordinal);
        string text = Path.Combine(_folder, "text");
        File.WriteAllText(text, "no capture");
        Assert.Contains("neither pcap nor pcapng", Assert.Throws<DeviceException>(() => Open(new PcapFileOptions { Path = text })).Message, StringComparison.Ordinal);
        string other = Path.Combine(_folder, "other.pcapng");
        using (PcapngWriter writer = PcapngWriter.Create(other))
        {
            writer.AddInterface(new CaptureInterface((CaptureLinkType)105, 0));
            writer.WriteFrame(0, 0, [2], 1);
        }

        Assert.Contains("link type 105 is not replayed", Assert.Throws<DeviceException>(() => Open(new PcapFileOptions { Path = other })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_a_large_file_takes_no_more_memory_than_a_small_one()
    {
        string path = Path.Combine(_folder, "large.pcapng");
        using (PcapngWriter writer = PcapngWriter.Create(path))
        {
            writer.AddInterface(new CaptureInterface(CaptureLinkType.Ethernet, 0));
            byte[] frame = new byte[60_000];
            for (int i = 0; i < 1000; i++) writer.WriteFrame(0, i, frame, frame.Length);
        }

        using CaptureReader reader = CaptureReader.Open(path);
        Assert.True(reader.TryRead(out _));
        long before = GC.GetAllocatedBytesForCurrentThread();
        int count = 1;
        while (reader.TryRead(out _)) count++;
        Assert.Equal(1000, count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _source.Dispose();
    }

    private static StackSharp.Stack.Wire.Ethernet.MacAddress LocalMac => StackSharp.Stack.Wire.Ethernet.MacAddress.Parse("02:00:00:00:00:02");

    private static PcapFileDevice Open(PcapFileOptions options) => PcapFileDevice.Open(options);

    private string Write(int frames, int millisecondsApart)
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid()}.pcapng");
        using PcapngWriter writer = PcapngWriter.Create(path);
        writer.AddInterface(new CaptureInterface(CaptureLinkType.Ethernet, 0));
        for (int i = 0; i < frames; i++) writer.WriteFrame(0, 1_000_000_000 + i * millisecondsApart * 1_000_000L, [(byte)i, 1, 2], 3);
        return path;
    }
}
