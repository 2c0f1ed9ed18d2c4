using System.Net;
using System.Net.Sockets;
using StackSharp.Drivers.Tap;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Stack.Wire.Udp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Drivers.Tap;

/// <summary>Large segments and unfinished checksums, both ways, against the kernel's own sockets.</summary>
public sealed class TapOffloadTests
{
    private const int Port = 7000;
    private static readonly IpAddress HostIp = IpAddress.Parse("198.18.0.1");
    private static readonly IpAddress OurIp = IpAddress.Parse("198.18.0.2");

    [Theory]
    [InlineData(true), InlineData(false)]
    public void The_kernel_completes_our_checksums_only_if_it_agreed_to(bool offload) => NamespaceThread.Run(() =>
    {
        using Bench bench = new(offload);
        using Socket socket = bench.BoundUdp();
        byte[] frame = bench.Us.Udp(bench.Host, 9, Port, [1, 2, 3, 4, 5], partial: true);
        TransmitOffload work = new(true, 34, UdpWriter.ChecksumOffset, SegmentationKind.None, 0, RawStation.UdpHeaders);
        Assert.Equal(offload ? 1 : 0, bench.Device.Send(bench.Source.Frame(frame, 42, work)));
        if (offload) Assert.Equal(5, socket.Receive(new byte[100]));
        bench.Device.Send(bench.Source.Frame(bench.Us.Udp(bench.Host, 9, Port, [7])));
        Assert.Equal(1, socket.Receive(new byte[100]));
    });

    [Theory]
    [InlineData(true), InlineData(false)]
    public void The_kernel_leaves_checksums_out_only_if_we_said_that_it_may(bool offload) => NamespaceThread.Run(() =>
    {
        using Bench bench = new(offload);
        using Socket socket = bench.BoundUdp();
        socket.SendTo(new byte[100], new IPEndPoint(IPAddress.Parse("198.18.0.2"), 9));
        PacketBuffer buffer = bench.Receive(IpProtocol.Udp);
        Assert.Equal(new ReceiveOffload(offload, 0), buffer.Offload);
        Assert.True(EthernetHeader.TryParse(buffer.Span, out EthernetHeader ethernet));
        Assert.True(Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip));
        Assert.True(UdpHeader.TryParse(ip.Payload, out UdpHeader udp));
        Assert.Equal(!offload, udp.IsChecksumValid(ip.Source, ip.Destination));
        buffer.Release();
    });

    [Fact]
    public void The_kernel_cuts_a_large_udp_send_into_datagrams() => NamespaceThread.Run(() =>
    {
        using Bench bench = new(offload: true);
        Assert.SkipUnless(bench.Device.Info.Capabilities.HasFlag(TransmitCapabilities.UdpSegmentation), "USO needs Linux 6.2.");
        using Socket socket = bench.BoundUdp();
        byte[] payload = Pattern(4500);
        byte[] frame = bench.Us.Udp(bench.Host, 9, Port, payload, partial: true);
        TransmitOffload work = new(true, 34, UdpWriter.ChecksumOffset, SegmentationKind.Udp, 1000, RawStation.UdpHeaders);
        Assert.Equal(1, bench.Device.Send(bench.Source.Frame(frame, RawStation.UdpHeaders, work)));
        List<byte> received = [];
        byte[] datagram = new byte[2000];
        foreach (int expected in (int[])[1000, 1000, 1000, 1000, 500])
        {
            Assert.Equal(expected, socket.Receive(datagram));
            received.AddRange(datagram.AsSpan(0, expected));
        }

        Assert.Equal(payload, received);
    });

    [Fact]
    public void Large_tcp_segments_pass_whole_in_both_directions() => NamespaceThread.Run(() =>
    {
        using Bench bench = new(offload: true);
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false, ReceiveTimeout = 5000 };
        try
        {
            socket.Connect(IPAddress.Parse("198.18.0.2"), 80);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
        }

        (TcpSummary syn, _) = bench.ReceiveTcp();
        Assert.True(syn.Bits.HasFlag(TcpControlBits.Syn));
        bench.SendTcp(syn.Port, 1000, syn.Sequence + 1, TcpControlBits.Syn | TcpControlBits.Ack, []);
        (TcpSummary ack, _) = bench.ReceiveTcp();
        Assert.Equal(1001u, ack.Acknowledgment);
        socket.Blocking = true;

        byte[] toHost = Pattern(20_000);
        TransmitOffload work = new(true, 34, TcpHeaderWriter.ChecksumOffset, SegmentationKind.TcpIpv4, 1460, RawStation.TcpHeaders);
        byte[] large = bench.Us.Tcp(bench.Host, 80, syn.Port, 1001, syn.Sequence + 1, TcpControlBits.Ack | TcpControlBits.Psh, toHost, partial: true);
        Assert.Equal(1, bench.Device.Send(bench.Source.Frame(large, RawStation.TcpHeaders, work)));
        byte[] got = new byte[toHost.Length];
        for (int count = 0; count < got.Length;) count += socket.Receive(got, count, got.Length - count, SocketFlags.None);
        Assert.Equal(toHost, got);

        byte[] fromHost = Pattern(4000);
        socket.Send(fromHost);
        (TcpSummary data, ReceiveOffload offload) = bench.ReceiveTcp(atLeast: 1);
        Assert.True(offload.ChecksumVerified);
        Assert.InRange(offload.SegmentBytes, 500, 1460);
        Assert.InRange(data.Payload.Length, offload.SegmentBytes + 1, 4000);
        Assert.Equal(fromHost[..data.Payload.Length], data.Payload);
    });

    private static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];

    private sealed record TcpSummary(ushort Port, uint Sequence, uint Acknowledgment, TcpControlBits Bits, byte[] Payload);

    /// <summary>An open TAP, with the kernel knowing our hardware address.</summary>
    private sealed class Bench : IDisposable
    {
        public Bench(bool offload)
        {
            Device = TapDevice.Open(new TapOptions { Name = "tap0", HostAddress = new IpPrefix(HostIp, 24), Offload = offload });
            Us = new RawStation(Device.Info.Address, OurIp);
            Host = new RawStation(Device.HostAddress, HostIp);
            NamespaceThread.Execute("ip", "neigh", "add", OurIp.ToString(), "lladdr", Us.Hardware.ToString(), "dev", "tap0");
            Assert.Equal(offload, Device.Info.Capabilities != TransmitCapabilities.None);
        }

        public TapDevice Device { get; }

        public FrameSource Source { get; } = new();

        public RawStation Us { get; }

        public RawStation Host { get; }

        public Socket BoundUdp()
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5000 };
            socket.Bind(new IPEndPoint(IPAddress.Parse("198.18.0.1"), Port));
            return socket;
        }

        public void SendTcp(ushort port, uint sequence, uint acknowledgment, TcpControlBits bits, byte[] payload) =>
            Device.Send(Source.Frame(Us.Tcp(Host, 80, port, sequence, acknowledgment, bits, payload)));

        /// <summary>The next IPv4 packet of a protocol.</summary>
        public PacketBuffer Receive(IpProtocol protocol)
        {
            PacketBuffer buffer = Source.Buffer();
            for (int tries = 0; tries < 100; tries++)
            {
                if (Device.Receive([buffer]) == 0) Device.WaitForFrames(TimeSpan.FromMilliseconds(100));
                else if (EthernetHeader.TryParse(buffer.Span, out EthernetHeader ethernet) && Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip)
                    && ip.Protocol == protocol) return buffer;
            }

            throw new TimeoutException($"No {protocol} packet came.");
        }

        /// <summary>The next segment with at least so many octets of data.</summary>
        public (TcpSummary Segment, ReceiveOffload Offload) ReceiveTcp(int atLeast = 0)
        {
            while (true)
            {
                PacketBuffer buffer = Receive(IpProtocol.Tcp);
                ReceiveOffload offload = buffer.Offload;
                EthernetHeader.TryParse(buffer.Span, out EthernetHeader ethernet);
                Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip);
                Assert.True(TcpHeader.TryParse(ip.Payload, out TcpHeader tcp));
                TcpSummary summary = new(tcp.SourcePort, tcp.Sequence.Value, tcp.Acknowledgment.Value, tcp.ControlBits, tcp.Payload.ToArray());
                buffer.Release();
                if (summary.Payload.Length >= atLeast) return (summary, offload);
            }
        }

        public void Dispose()
        {
            Device.Dispose();
            Assert.Equal(0, Source.Outstanding);
            Source.Dispose();
        }
    }
}
