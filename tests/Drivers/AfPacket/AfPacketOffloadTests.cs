using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Tasks;
using StackSharp.Drivers.AfPacket;
using StackSharp.Drivers.Native;
using StackSharp.Drivers.Tap;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Udp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Drivers.AfPacket;

/// <summary>Large segments and unfinished checksums, both ways, against the kernel's own sockets; and frames that the kernel does not take.</summary>
public sealed class AfPacketOffloadTests
{
    private const int Port = 7000;
    private static readonly TransmitOffload UdpChecksum = new(true, 34, UdpWriter.ChecksumOffset, SegmentationKind.None, 0, RawStation.UdpHeaders);

    [Theory]
    [InlineData(true), InlineData(false)]
    public void The_kernel_completes_our_checksums_only_if_it_agreed_to(bool offload) => Veth.Run(() =>
    {
        using FrameSource source = new();
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options with { Offload = offload });
        using Socket socket = BoundUdp();
        byte[] frame = Veth.Us.Udp(Veth.Kernel, 9, Port, [1, 2, 3, 4, 5], partial: true);
        Assert.Equal(offload ? 1 : 0, device.Send(source.Frame(frame, 42, UdpChecksum)));
        if (offload) Assert.Equal(5, socket.Receive(new byte[100]));
        device.Send(source.Frame(Veth.Us.Udp(Veth.Kernel, 9, Port, [7])));
        Assert.Equal(1, socket.Receive(new byte[100]));
    });

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_checksum_that_the_peer_left_open_is_vouched_for(bool headers) => Veth.Run(() =>
    {
        NamespaceThread.Execute("ip", "neigh", "add", "198.18.0.2", "lladdr", Veth.OurHardware.ToString(), "dev", "v0");
        using FrameSource source = new();
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options with { AllowVirtioHeaders = headers });
        using AfPacketDevice other = AfPacketDevice.Open(Veth.Other);
        using Socket socket = BoundUdp();
        socket.SendTo(new byte[100], new IPEndPoint(IPAddress.Parse("198.18.0.2"), 9));
        PacketBuffer buffer = source.Buffer();
        Assert.Equal(new ReceiveOffload(true, 0), OffloadOfNext(device, buffer));
        other.Send(source.Frame(Veth.ToUs(100)));
        Assert.Equal(new ReceiveOffload(false, 0), OffloadOfNext(device, buffer));   // Complete, and nobody has looked at it.
        if (headers)
        {
            TransmitOffload work = UdpChecksum with { Segmentation = SegmentationKind.Udp, SegmentBytes = 1000 };
            Assert.Equal(1, other.Send(source.Frame(Veth.Kernel.Udp(Veth.Us, 1, 9, new byte[4000], partial: true), RawStation.UdpHeaders, work)));
            Assert.Equal(new ReceiveOffload(true, 1000), OffloadOfNext(device, buffer));
            Assert.Equal(4042, buffer.Length);
        }

        buffer.Release();
    });

    [Fact]
    public void The_kernel_cuts_a_large_udp_send_into_datagrams() => Veth.Run(() =>
    {
        using FrameSource source = new();
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options);
        Assert.SkipUnless(device.Info.Capabilities.HasFlag(TransmitCapabilities.UdpSegmentation), "USO needs Linux 6.2.");
        using Socket socket = BoundUdp();
        byte[] payload = RandomNumberGenerator.GetBytes(4500);
        TransmitOffload work = UdpChecksum with { Segmentation = SegmentationKind.Udp, SegmentBytes = 1000 };
        Assert.Equal(1, device.Send(source.Frame(Veth.Us.Udp(Veth.Kernel, 9, Port, payload, partial: true), RawStation.UdpHeaders, work)));
        List<byte> received = [];
        byte[] datagram = new byte[2000];
        foreach (int expected in (int[])[1000, 1000, 1000, 1000, 500])
        {
            Assert.Equal(expected, socket.Receive(datagram));
            received.AddRange(datagram.AsSpan(0, expected));
        }

        Assert.Equal(payload, received);
    });

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_stack_echoes_what_the_kernel_sends_octet_by_octet(bool offload) => Veth.Run(() =>
    {
        AfPacketDevice device = AfPacketDevice.Open(Veth.Options with { Offload = offload });
        byte[] sent = RandomNumberGenerator.GetBytes(16 << 20);
        byte[] received;
        using (StackHost host = new())
        {
            host.AddAddress(host.Attach(device), IpPrefix.Parse("198.18.0.2/24"));
            using StackTcpListener listener = new(host, IPAddress.Parse("198.18.0.2"), Port);
            listener.Start();
            Task echo = Task.Run(() => EchoOne(listener));
            received = SendAndReceive(sent);
            echo.GetAwaiter().GetResult();
        }

        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received));
        LinkDeviceStatistics statistics = device.Statistics;
        Assert.InRange(statistics.OctetsReceived, sent.Length, long.MaxValue);
        if (offload) Assert.InRange(statistics.OctetsSent / statistics.FramesSent, 1415, 65549);   // Whole segments, many of them larger than the MTU.
        else Assert.InRange(statistics.OctetsSent / statistics.FramesSent, 60, 1414);
    });

    [Fact]
    public void A_frame_that_the_kernel_refuses_does_not_hold_up_those_behind_it() => Veth.Run(() =>
    {
        using FrameSource source = new();
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options);
        using Socket socket = BoundUdp();
        TransmitOffload outside = UdpChecksum with { ChecksumStart = 5000 };
        Assert.Equal(2, device.Transmit(
        [
            source.Frame(Veth.Us.Udp(Veth.Kernel, 9, Port, [1])),
            source.Frame(Veth.Us.Udp(Veth.Kernel, 9, Port, [1, 2]), 42, outside),
            source.Frame(Veth.Us.Udp(Veth.Kernel, 9, Port, new byte[3000])),
            source.Frame(Veth.Us.Udp(Veth.Kernel, 9, Port, [1, 2, 3])),
        ]));
        Assert.Equal([1, 3], [socket.Receive(new byte[100]), socket.Receive(new byte[100])]);
        Assert.Equal((2, 43 + 45, 2), (device.Statistics.FramesSent, device.Statistics.OctetsSent, device.Statistics.TransmitDrops));
        Assert.Equal(0, source.Outstanding);
    });

    /// <summary>EAGAIN where the send buffer is full, ENOBUFS where the interface's queue is.</summary>
    [Theory]
    [InlineData(8192, "10000000"), InlineData(1 << 20, "4000")]
    public void What_finds_the_kernels_queues_full_is_dropped_and_counted(int sendBufferBytes, string queueBytes) => Veth.Run(() =>
    {
        using FrameSource source = new();
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options with { SendBufferBytes = sendBufferBytes });
        NamespaceThread.Execute("tc", "qdisc", "add", "dev", "v1", "root", "tbf", "rate", "8kbit", "burst", "2000", "limit", queueBytes);
        TransmitFrame[] frames = [.. Enumerable.Range(0, 100).Select(_ => source.Frame(Veth.Us.Udp(Veth.Kernel, 9, Port, new byte[1000])))];
        int sent = device.Transmit(frames);
        Assert.InRange(sent, 1, 20);
        Assert.Equal((sent, 100 - sent), (device.Statistics.FramesSent, device.Statistics.TransmitDrops));
        Assert.Equal(0, source.Outstanding);
        NamespaceThread.Execute("tc", "qdisc", "del", "dev", "v1", "root");
        Assert.Equal(1, device.Send(source.Frame(Veth.Us.Udp(Veth.Kernel, 9, Port, [1]))));
    });

    /// <summary>Fragments of UDP in one frame have no name in the header that we receive: the kernel then stops filling the ring for good.</summary>
    [Fact]
    public void A_ring_that_the_kernel_has_lost_is_replaced() => NamespaceThread.Run(() =>
    {
        const byte UdpFragmentation = 3;
        using FrameSource source = new();
        using TapQueue tap = TapQueue.Open(new TapOptions { Name = "v1" }, "v1", multiQueue: false);
        NamespaceThread.Execute("ip", "link", "set", "v1", "up");
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options with { RingFrames = 8 });
        byte[] header = [0, UdpFragmentation, RawStation.UdpHeaders, 0, 0xE8, 3, 34, 0, UdpWriter.ChecksumOffset, 0];
        Write(tap, [.. header, .. Veth.ToUs(4000)]);
        DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(10);
        for (bool arrived = false; !arrived; arrived = device.ReceiveAll(source).Any(Veth.IsToUs))
        {
            Assert.True(DateTime.UtcNow < end, "Nothing arrives any more.");
            Write(tap, [.. new byte[10], .. Veth.ToUs(100)]);
            device.WaitForFrames(TimeSpan.FromMilliseconds(20));
        }

        Assert.InRange(device.Statistics.ReceiveDrops, 1, long.MaxValue);
    });

    private static unsafe void Write(TapQueue tap, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes) Assert.Equal(bytes.Length, Libc.Write(tap.Descriptor, start, (nuint)bytes.Length));
    }

    private static ReceiveOffload OffloadOfNext(AfPacketDevice device, PacketBuffer buffer)
    {
        for (int tries = 0; tries < 100; tries++)
        {
            if (device.Receive([buffer]) == 0) device.WaitForFrames(TimeSpan.FromMilliseconds(100));
            else if (Veth.IsToUs(buffer.Span.ToArray())) return buffer.Offload;
        }

        throw new TimeoutException("No datagram came.");
    }

    private static Socket BoundUdp()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5000 };
        socket.Bind(new IPEndPoint(IPAddress.Parse("198.18.0.1"), Port));
        return socket;
    }

    private static void EchoOne(StackTcpListener listener)
    {
        using StackSocket socket = listener.AcceptStackSocket();
        byte[] buffer = new byte[1 << 18];
        for (int count; (count = socket.Receive(buffer)) > 0;)
            for (int done = 0; done < count;) done += socket.Send(buffer.AsSpan(done, count - done));
    }

    private static byte[] SendAndReceive(byte[] octets)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 60_000, SendTimeout = 60_000 };
        socket.Connect(IPAddress.Parse("198.18.0.2"), Port);
        Task sending = Task.Run(() =>
        {
            for (int done = 0; done < octets.Length;) done += socket.Send(octets, done, octets.Length - done, SocketFlags.None);
            socket.Shutdown(SocketShutdown.Send);
        });
        byte[] received = new byte[octets.Length];
        int total = 0;
        for (int count; total < received.Length && (count = socket.Receive(received, total, received.Length - total, SocketFlags.None)) > 0;) total += count;
        sending.GetAwaiter().GetResult();
        return received[..total];
    }
}
