using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Drivers.Memory;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Api.Net;

public sealed class UdpTests
{
    private static readonly IPEndPoint Anywhere = new(IPAddress.Any, 0);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1472)]
    [InlineData(9000)]
    [InlineData(65507)]
    public async Task A_datagram_arrives_as_it_was_sent(int length)
    {
        using HostPair pair = new();
        using StackSocket receiver = Bound(pair, pair.Second, HostPair.SecondAddress);
        using StackSocket sender = Bound(pair, pair.First, HostPair.FirstAddress);
        // A neighbour's entry holds back a few frames only while it is resolved: fewer than the fragments of a large datagram.
        sender.SendTo("first"u8, receiver.LocalEndPoint!);
        Assert.Equal(5, Within.Run(() => receiver.Receive(new byte[10])));
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);
        byte[] buffer = new byte[65536];
        ValueTask<SocketReceiveFromResult> waiting = receiver.ReceiveFromAsync(buffer, Anywhere, Ct);
        Assert.Equal(length, sender.SendTo(data, receiver.LocalEndPoint!));
        SocketReceiveFromResult result = await waiting.Soon();
        Assert.Equal(length, result.ReceivedBytes);
        Assert.Equal(sender.LocalEndPoint, result.RemoteEndPoint);
        Assert.True(data.AsSpan().SequenceEqual(buffer.AsSpan(0, length)));
        EndPoint from = Anywhere;
        sender.SendTo(data, receiver.LocalEndPoint!);
        Assert.Equal(length, Within.Run(() => receiver.ReceiveFrom(buffer, ref from)));
        Assert.Equal(sender.LocalEndPoint, from);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_large_send_arrives_as_the_datagrams_that_were_asked_for(bool offload)
    {
        using HostPair pair = new(link: new MemoryLinkOptions { Offload = offload });
        using StackSocket receiver = Bound(pair, pair.Second, HostPair.SecondAddress);
        using StackSocket sender = Bound(pair, pair.First, HostPair.FirstAddress);
        sender.SendSegmentSize = 1200;
        byte[] data = new byte[10_000];
        new Random(9).NextBytes(data);
        Assert.Equal(data.Length, sender.SendTo(data, receiver.LocalEndPoint!));
        byte[] buffer = new byte[65536];
        for (int position = 0; position < data.Length; position += 1200)
        {
            int length = Within.Run(() => receiver.Receive(buffer));
            Assert.Equal(Math.Min(1200, data.Length - position), length);
            Assert.True(data.AsSpan(position, length).SequenceEqual(buffer.AsSpan(0, length)));
        }
        Assert.Equal(0, receiver.Available);
        Assert.Throws<ArgumentOutOfRangeException>(() => sender.SendSegmentSize = 65536);
        Assert.Throws<ArgumentOutOfRangeException>(() => sender.SendSegmentSize = -1);
        using StackSocket stream = pair.NewTcp();
        Assert.Throws<SocketException>(() => stream.SendSegmentSize = 1);
    }

    [Fact]
    public void Options_of_datagrams_read_as_they_were_set()
    {
        using HostPair pair = new();
        using StackSocket socket = pair.NewUdp();
        Assert.True(socket.ReportUnreachable);
        socket.ReportUnreachable = false;
        Assert.False(socket.ReportUnreachable);
        Assert.Equal(Array.Empty<byte>(), socket.GetSocketOption(SocketOptionLevel.IP, SocketOptionName.IPOptions));
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.IPOptions, [148, 4, 0, 0]);
        Assert.Equal(new byte[] { 148, 4, 0, 0 }, socket.GetSocketOption(SocketOptionLevel.IP, SocketOptionName.IPOptions));
        Refuses(SocketError.InvalidArgument, [148, 5, 0, 0]);
        Refuses(SocketError.InvalidArgument, new byte[41]);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.IPOptions, Array.Empty<byte>());
        Assert.Equal(Array.Empty<byte>(), socket.GetSocketOption(SocketOptionLevel.IP, SocketOptionName.IPOptions));
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.IpTimeToLive, BitConverter.GetBytes(9));
        Assert.Equal(9, socket.Ttl);
        using StackSocket stream = pair.NewTcp();
        stream.QuickAck = true;
        stream.UserTimeout = TimeSpan.FromSeconds(3);
        Assert.Equal((true, TimeSpan.FromSeconds(3)), (stream.QuickAck, stream.UserTimeout));
        Assert.Equal(SocketError.InvalidArgument, Assert.Throws<SocketException>(() => stream.UserTimeout = TimeSpan.FromSeconds(-1)).SocketErrorCode);

        void Refuses(SocketError error, byte[] options) => Assert.Equal(
            error, Assert.Throws<SocketException>(() => socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.IPOptions, options)).SocketErrorCode);
    }

    [Fact, Covers("UDP-9")]
    public void Broadcast_needs_permission()
    {
        using HostPair pair = new();
        using StackSocket receiver = Bound(pair, pair.Second, IPAddress.Any);
        using StackSocket sender = pair.NewUdp();
        IPEndPoint everybody = new(IPAddress.Broadcast, ((IPEndPoint)receiver.LocalEndPoint!).Port);
        sender.Bind(new IPEndPoint(HostPair.FirstAddress, 0));
        Assert.False(sender.EnableBroadcast);
        Assert.Equal(SocketError.AccessDenied, TcpCloseTests.ErrorOf(() => sender.SendTo("x"u8, everybody)));
        sender.EnableBroadcast = true;
        Assert.Equal(1, sender.SendTo("x"u8, everybody));
        Assert.Equal(1, Within.Run(() => receiver.Receive(new byte[10])));
        sender.EnableBroadcast = false;
        Assert.Equal(SocketError.AccessDenied, TcpCloseTests.ErrorOf(() => sender.SendTo("x"u8, everybody)));
        Assert.Equal(1, sender.GetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive));
        Assert.True(sender.MulticastLoopback);
    }

    [Fact]
    public void A_datagram_too_long_for_the_buffer_is_cut_and_said_so()
    {
        using HostPair pair = new();
        using StackSocket receiver = Bound(pair, pair.Second, HostPair.SecondAddress);
        using StackSocket sender = pair.NewUdp();
        sender.SendTo("abcdef"u8, receiver.LocalEndPoint!);
        sender.SendTo("next"u8, receiver.LocalEndPoint!);
        byte[] buffer = new byte[3];
        Assert.Equal(SocketError.MessageSize, Within.Run(() => TcpCloseTests.ErrorOf(() => receiver.Receive(buffer))));
        Assert.True(buffer.AsSpan().SequenceEqual("abc"u8));
        Assert.Equal(4, Within.Run(() => receiver.Receive(new byte[100])));
        Assert.Equal(SocketError.MessageSize, TcpCloseTests.ErrorOf(() => sender.SendTo(new byte[65508], receiver.LocalEndPoint!)));
    }

    [Fact]
    public void A_connected_socket_hears_its_peer_alone_and_of_closed_ports()
    {
        using HostPair pair = new();
        using StackSocket peer = Bound(pair, pair.Second, HostPair.SecondAddress);
        using StackSocket stranger = Bound(pair, pair.Second, HostPair.SecondAddress);
        using StackSocket socket = pair.NewUdp();
        socket.Connect(peer.LocalEndPoint!);
        Assert.True(socket.Connected);
        stranger.SendTo("no"u8, socket.LocalEndPoint!);
        peer.SendTo("yes"u8, socket.LocalEndPoint!);
        Assert.Equal(3, Within.Run(() => socket.Receive(new byte[10])));
        peer.Dispose();
        socket.Send("anybody?"u8);
        Assert.Equal(SocketError.ConnectionReset, Within.Run(() => TcpCloseTests.ErrorOf(() => socket.Receive(new byte[10]))));
        socket.ReceiveTimeout = 30;
        Assert.Equal(SocketError.TimedOut, Within.Run(() => TcpCloseTests.ErrorOf(() => socket.Receive(new byte[10]))));
    }

    [Fact, Covers("INV-12")]
    public async Task Closing_ends_calls_that_wait()
    {
        using HostPair pair = new();
        StackSocket socket = Bound(pair, pair.First, HostPair.FirstAddress);
        Task<int> receive = socket.ReceiveAsync(new byte[10], Ct).AsTask();
        Task<SocketError> sleeping = Within.StartWaiting(() => TcpCloseTests.ErrorOf(() => socket.Receive(new byte[10])));
        using CancellationTokenSource source = new();
        Task<int> canceled = socket.ReceiveAsync(new byte[10], source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled.Soon());
        socket.Dispose();
        Assert.Equal(SocketError.OperationAborted, (await Assert.ThrowsAsync<SocketException>(() => receive.Soon())).SocketErrorCode);
        Assert.Equal(SocketError.Interrupted, await sleeping.Soon());
        Assert.Throws<ObjectDisposedException>(() => socket.Available);
    }

    [Fact]
    public void Receiving_needs_a_port()
    {
        using HostPair pair = new();
        using StackSocket socket = pair.NewUdp();
        Assert.Equal(SocketError.InvalidArgument, TcpCloseTests.ErrorOf(() => socket.Receive(new byte[10])));
        Assert.Equal(SocketError.NotConnected, TcpCloseTests.ErrorOf(() => socket.Send(new byte[10])));
        socket.SendTo("x"u8, new IPEndPoint(HostPair.SecondAddress, 9));
        Assert.InRange(((IPEndPoint)socket.LocalEndPoint!).Port, 49152, 65535);
    }

    [Fact]
    public async Task Ping_tells_the_round_trip()
    {
        using HostPair pair = new();
        PingResult there = await pair.First.PingAsync(HostPair.SecondAddress, new PingOptions { Data = new byte[3000] }, Ct).Soon();
        Assert.Equal(PingStatus.Success, there.Status);
        Assert.Equal(HostPair.SecondAddress, there.Address);
        Assert.InRange(there.RoundTripTime, TimeSpan.FromTicks(1), Within.Limit);
        PingResult own = await pair.First.PingAsync(IPAddress.Loopback, new PingOptions(), Ct).Soon();
        Assert.Equal(PingStatus.Success, own.Status);
        PingResult nobody = await pair.First.PingAsync(
            IPAddress.Parse("198.18.0.99"), new PingOptions { Timeout = TimeSpan.FromMilliseconds(100) }, Ct).Soon();
        Assert.True(nobody.Status is PingStatus.TimedOut or PingStatus.HostUnreachable);
        Assert.Equal(PingStatus.NetworkUnreachable, (await pair.First.PingAsync(IPAddress.Parse("203.0.113.1"), new PingOptions(), Ct).Soon()).Status);
    }

    private static StackSocket Bound(HostPair pair, StackHost host, IPAddress address)
    {
        StackSocket socket = pair.NewUdp(host);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }
}
