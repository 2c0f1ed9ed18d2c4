using System.Diagnostics;
using System.IO;
using StackSharp.Drivers;
using StackSharp.Drivers.Memory;
using StackSharp.Drivers.PcapFile;
using StackSharp.Drivers.Wrappers;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Drivers.Wrappers;

public sealed class PcapngRecorderTests : IDisposable
{
    private static readonly TransmitOffload Large = new(true, 34, 16, SegmentationKind.TcpIpv4, 1446, 54);
    private readonly string _folder = Directory.CreateTempSubdirectory("stacksharp").FullName;
    private readonly FrameSource _source = new();

    [Fact, Covers("CK-4")]
    public void Tshark_finds_both_directions_names_comments_and_good_checksums()
    {
        const string Tshark = "/usr/bin/tshark";
        Assert.SkipUnless(File.Exists(Tshark), "tshark is not installed.");
        string path = Path.Combine(_folder, "both.pcapng");
        RecordConversation(path, new PcapngRecorderOptions { Description = "a test" });
        ProcessStartInfo start = new(Tshark, ["-r", path, "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-T", "fields",
            "-e", "frame.len", "-e", "tcp.checksum.status", "-e", "udp.checksum.status", "-e", "frame.packet_flags_direction", "-e", "frame.interface_name",
            "-e", "frame.comment", "-e", "_ws.malformed", "-E", "separator=;"])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(
            ["30054;1;;2;memory:link-a;one,two;", "54;1;;2;memory:link-a;;", "30054;1;;1;memory:link-a;;", "45;;1;1;memory:link-a;three;"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Replace("0x00000001", "1", StringComparison.Ordinal).Replace("0x00000002", "2", StringComparison.Ordinal)));
    }

    [Fact]
    public void Our_reader_finds_what_passed()
    {
        string path = Path.Combine(_folder, "both.pcapng");
        RecordConversation(path, new PcapngRecorderOptions { SnapLength = 60 });
        using CaptureReader reader = CaptureReader.Open(path);
        List<(int Kept, uint Length, CaptureDirection Direction, string? Comment)> frames = [];
        long last = 0;
        while (reader.TryRead(out CapturedFrame frame))
        {
            frames.Add((frame.Bytes.Length, frame.OriginalLength, frame.Direction, frame.Comment));
            Assert.True(frame.NanosecondsSinceEpoch >= last);
            last = frame.NanosecondsSinceEpoch;
        }

        Assert.Equal(
            [(60, 30054u, CaptureDirection.Outbound, "one\ntwo"), (54, 54u, CaptureDirection.Outbound, null),
                (60, 30054u, CaptureDirection.Inbound, null), (45, 45u, CaptureDirection.Inbound, "three")],
            frames);
        Assert.InRange(DateTime.UnixEpoch.AddTicks(last / 100), DateTime.UtcNow.AddMinutes(-5), DateTime.UtcNow);
        Assert.Equal(60u, reader.Interfaces[0].SnapLength);
    }

    [Fact]
    public void A_writer_that_is_behind_leaves_frames_out_and_the_file_says_so()
    {
        using GatedStream stream = new();
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair();
        PcapngRecorder recorder = new(first, stream, new PcapngRecorderOptions { QueueFrames = 4 });
        recorder.Send(_source.Frame([1]));
        Assert.True(stream.Blocked.WaitOne(TimeSpan.FromSeconds(10)));   // The writer is busy with the first frame, or with flushing.
        for (byte i = 0; i < 20; i++) Assert.Equal(1, recorder.Send(_source.Frame([i])));
        Assert.InRange(recorder.FramesLeftOut, 15, 17);
        Assert.Equal(21, second.ReceiveAll(_source).Count);
        stream.Open.Set();
        while (recorder.FramesRecorded + recorder.FramesLeftOut < 21) Thread.Yield();
        long leftOut = recorder.FramesLeftOut;
        recorder.Send(_source.Frame([99]));
        recorder.Dispose();
        Assert.Equal(22 - leftOut, recorder.FramesRecorded);
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(stream.ToArray()));
        string? comment = null;
        while (reader.TryRead(out CapturedFrame frame)) comment = frame.Comment;
        Assert.Equal($"{leftOut} frames before this one were left out: the capture's writer was behind.", comment);
    }

    [Fact]
    public void A_disk_that_fails_ends_the_recording_and_not_the_device()
    {
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair();
        PcapngRecorder recorder = new(first, new FailingStream(200));
        for (int i = 0; i < 100; i++) Assert.Equal(1, recorder.Send(_source.Frame(new byte[100])));
        Assert.Equal(100, second.ReceiveAll(_source).Count);
        recorder.Dispose();
        Assert.Equal("The disk is full.", Assert.IsType<IOException>(recorder.Fault).Message);
        Assert.Equal(100, recorder.FramesLeftOut + recorder.FramesRecorded);
        Assert.True(recorder.FramesLeftOut > 90);
    }

    [Fact]
    public void A_file_that_cannot_be_created_says_why()
    {
        (ILinkDevice first, _) = MemoryLink.CreatePair();
        string path = Path.Combine(_folder, "missing", "x.pcapng");
        Assert.StartsWith($"cannot record to {path}: ", Assert.Throws<DeviceException>(() => PcapngRecorder.Create(first, path)).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        Assert.Equal(0, _source.Outstanding);
        _source.Dispose();
    }

    private void RecordConversation(string path, PcapngRecorderOptions options)
    {
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair();
        RawStation us = new(first.Info.Address, IpAddress.Parse("198.18.0.1"));
        RawStation them = new(second.Info.Address, IpAddress.Parse("198.18.0.2"));
        PcapngRecorder recorder = PcapngRecorder.Create(first, path, options);
        recorder.Comment("one");
        recorder.Comment("two");
        recorder.Send(_source.Frame(us.Tcp(them, 1, 2, 3, 4, TcpControlBits.Ack, new byte[30_000], partial: true), 54, Large));
        recorder.Send(_source.Frame(us.Tcp(them, 1, 2, 3, 4, TcpControlBits.Ack, [])));
        second.Send(_source.Frame(them.Tcp(us, 2, 1, 3, 4, TcpControlBits.Ack, new byte[30_000], partial: true), 54, Large));
        recorder.ReceiveAll(_source);
        recorder.Comment("three");
        second.Send(_source.Frame(them.Udp(us, 5, 6, [1, 2, 3])));
        recorder.ReceiveAll(_source);
        second.ReceiveAll(_source);
        recorder.Comment("the end");
        recorder.Dispose();
        second.Dispose();
        Assert.Equal((4, 0, null), (recorder.FramesRecorded, recorder.FramesLeftOut, recorder.Fault));
        Assert.Contains("the end", System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(path)), StringComparison.Ordinal);
    }

    /// <summary>Lets the head of the file through, then stops the writer until it is opened.</summary>
    private sealed class GatedStream : MemoryStream
    {
        public ManualResetEvent Blocked { get; } = new(false);

        public ManualResetEvent Open { get; } = new(false);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (buffer[0] == 6)
            {
                Blocked.Set();
                Open.WaitOne(TimeSpan.FromSeconds(10));
            }

            base.Write(buffer);
        }
    }

    private sealed class FailingStream(int room) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Length + buffer.Length > room) throw new IOException("The disk is full.");
            base.Write(buffer);
        }
    }
}
