using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using Xunit;

namespace StackSharp.Tests.TestKit.Tcp;

/// <summary>A client and a server, joined by a wire without delay.</summary>
internal sealed class TcpPair : IDisposable
{
    public static readonly IpAddress ClientAddress = IpAddress.FromIpv4(198, 18, 0, 1);
    public static readonly IpAddress ServerAddress = IpAddress.FromIpv4(198, 18, 0, 2);
    private const ushort Port = 80;
    private readonly DirectNetwork _fromClient = new(ClientAddress, ServerAddress);
    private readonly DirectNetwork _fromServer = new(ServerAddress, ClientAddress);
    private readonly byte[] _buffer = new byte[64_000];
    private readonly TcpListener _listener;

    public TcpPair(TcpSocketOptions server, TcpLayerOptions? layer = null)
    {
        ClientLayer = new TcpLayer(layer ?? new(), _fromClient, new ReadyQueue(), new SeededRandomSource(1));
        ServerLayer = new TcpLayer(layer ?? new(), _fromServer, new ReadyQueue(), new SeededRandomSource(2));
        Assert.Equal(TransportError.None, ServerLayer.Bind(new IpEndpoint(IpAddress.AnyIpv4, Port), PortSharing.Default, out PortBinding? binding));
        Assert.Equal(TransportError.None, ServerLayer.Listen(binding!, 5, server, new object(), out TcpListener? listener));
        _listener = listener!;
    }

    public TcpLayer ClientLayer { get; }

    public TcpLayer ServerLayer { get; }

    public TcpConnection Client { get; private set; } = null!;

    /// <summary>Null until the handshake is complete.</summary>
    public TcpConnection? Server { get; private set; }

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1000);

    public long SegmentsCarried => _fromClient.SegmentsCarried + _fromServer.SegmentsCarried;

    public void Connect(TcpSocketOptions options)
    {
        Assert.Equal(TransportError.None, ClientLayer.Connect(null, new IpEndpoint(ServerAddress, Port), options, new object(), Now, out TcpConnection? client));
        Client = client!;
        Carry();
        Server = _listener.TryAccept();
    }

    /// <summary>Moves octets from one end to the other and checks them.</summary>
    public void Transfer(TcpConnection from, TcpConnection to, int octets)
    {
        int sent = 0;
        int received = 0;
        for (int step = 0; received < octets; step++)
        {
            Assert.True(step < 10_000, $"Only {received} of {octets} octets came through.");
            byte[] data = new byte[Math.Min(20_000, octets - sent)];
            for (int i = 0; i < data.Length; i++) data[i] = (byte)((sent + i) * 31);
            if (data.Length > 0)
            {
                Assert.Equal(TransportError.None, from.Send(data, TcpSendFlags.None, Now, out int taken));
                sent += taken;
            }
            Carry();
            while (to.Receive(_buffer, peek: false, Now, out int read) == TransportError.None && read > 0)
                for (int i = 0; i < read; i++) Assert.Equal((byte)(received++ * 31), _buffer[i]);
            Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    public void Advance(TimeSpan time)
    {
        Now += time;
        if (ClientLayer.NextDeadline <= Now) ClientLayer.OnDeadline(Now);
        if (ServerLayer.NextDeadline <= Now) ServerLayer.OnDeadline(Now);
        Carry();
    }

    public void Dispose()
    {
        ClientLayer.Shutdown(Now);
        ServerLayer.Shutdown(Now);
        _fromClient.Dispose();
        _fromServer.Dispose();
        Assert.Equal(0, _fromClient.Outstanding + _fromServer.Outstanding);
    }

    private void Carry()
    {
        while (_fromClient.CarryTo(ServerLayer, Now) | _fromServer.CarryTo(ClientLayer, Now))
        {
        }
    }
}
