using StackSharp.Net;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Tests.Drivers;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp;

/// <summary>Once it runs, a transfer in both directions puts nothing on the managed heap.</summary>
public sealed class TcpAllocationTests : IDisposable
{
    private static readonly IpAddress ClientAddress = IpAddress.FromIpv4(198, 18, 0, 1);
    private static readonly IpAddress ServerAddress = IpAddress.FromIpv4(198, 18, 0, 2);
    private readonly DirectNetwork _fromClient = new(ClientAddress, ServerAddress);
    private readonly DirectNetwork _fromServer = new(ServerAddress, ClientAddress);
    private readonly byte[] _data = new byte[20_000];
    private readonly byte[] _buffer = new byte[64_000];
    private readonly PacketSlice[] _slices = new PacketSlice[16];
    private readonly TcpLayer _client;
    private readonly TcpLayer _server;
    private Instant _now = Instant.FromMilliseconds(1000);

    public TcpAllocationTests()
    {
        _client = new TcpLayer(new(), _fromClient, new ReadyQueue(), new SeededRandomSource(1));
        _server = new TcpLayer(new(), _fromServer, new ReadyQueue(), new SeededRandomSource(2));
    }

    [Theory]
    [InlineData(20_000, EcnUse.Never)]
    [InlineData(300, EcnUse.Never)]
    [InlineData(20_000, EcnUse.Request)]
    [InlineData(300, EcnUse.Request)]
    [InlineData(20_000, EcnUse.RequestClassic)]
    public void Steady_transfer_allocates_nothing(int block, EcnUse ecn)
    {
        _fromClient.MarkedOneOf = _fromServer.MarkedOneOf = 50;
        TransferAllocatesNothing(block, new TcpSocketOptions { Ecn = ecn });
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(300)]
    public void Nor_does_one_whose_events_are_kept(int block)
    {
        TcpEventLog log = new(capacity: 1000);
        TransferAllocatesNothing(block, new TcpSocketOptions { Events = log });
        Assert.True(log.Dropped > 1000);
    }

    private void TransferAllocatesNothing(int block, TcpSocketOptions socket)
    {
        (TcpConnection client, TcpConnection server) = Connect(socket);
        Transfer(client, server, block, segments: 5_000);
        long carried = _fromClient.SegmentsCarried + _fromServer.SegmentsCarried;
        int runs = Allocations.MustBeNoneInWindow(() => Transfer(client, server, block, segments: 20_000));
        carried = _fromClient.SegmentsCarried + _fromServer.SegmentsCarried - carried;
        Assert.InRange(carried, runs * 20_000, runs * 100_000);
        Assert.Equal(socket.Ecn is EcnUse.Request or EcnUse.RequestClassic, client.GetInfo(_now).CeReceived > 0 && server.GetInfo(_now).CeDelivered > 0);
    }

    public void Dispose()
    {
        _client.Shutdown(_now);
        _server.Shutdown(_now);
        _fromClient.Dispose();
        _fromServer.Dispose();
        Assert.Equal(0, _fromClient.Outstanding + _fromServer.Outstanding);
    }

    private (TcpConnection Client, TcpConnection Server) Connect(TcpSocketOptions socket)
    {
        Assert.Equal(TransportError.None, _server.Bind(new IpEndpoint(IpAddress.AnyIpv4, 80), PortSharing.Default, out PortBinding? binding));
        Assert.Equal(TransportError.None, _server.Listen(binding!, 5, socket, new object(), out TcpListener? listener));
        Assert.Equal(TransportError.None, _client.Connect(null, new IpEndpoint(ServerAddress, 80), socket, new object(), _now, out TcpConnection? client));
        Carry();
        TcpConnection server = listener!.TryAccept()!;
        Assert.Equal(TcpState.Established, client!.State);
        return (client, server);
    }

    private void Transfer(TcpConnection client, TcpConnection server, int block, int segments)
    {
        long until = _fromClient.SegmentsCarried + _fromServer.SegmentsCarried + segments;
        while (_fromClient.SegmentsCarried + _fromServer.SegmentsCarried < until)
        {
            client.Send(_data.AsSpan(0, block), TcpSendFlags.None, _now, out int _);
            server.Send(_data.AsSpan(0, block), TcpSendFlags.None, _now, out int _);
            Carry();
            Read(client);
            Take(server);
            Carry();
            _now += TimeSpan.FromMilliseconds(1);
            if (_client.NextDeadline <= _now) _client.OnDeadline(_now);
            if (_server.NextDeadline <= _now) _server.OnDeadline(_now);
        }
    }

    private void Carry()
    {
        while (_fromClient.CarryTo(_server, _now) | _fromServer.CarryTo(_client, _now))
        {
        }
    }

    private void Read(TcpConnection connection)
    {
        while (connection.Receive(_buffer, peek: false, _now, out int received) == TransportError.None && received > 0)
        {
        }
    }

    private void Take(TcpConnection connection)
    {
        while (connection.Detach(int.MaxValue, _slices, _now, out int count) == TransportError.None && count > 0)
            for (int i = 0; i < count; i++) _slices[i].Buffer.Release();
    }
}
