using BenchmarkDotNet.Attributes;
using StackSharp.Stack;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;

namespace StackSharp.Benchmarks;

/// <summary>From a four-tuple to its connection, each time another one in random order.</summary>
public class ConnectionLookupBenchmarks
{
    private const int PortsPerPeer = 50_000;
    private const ushort FirstPeerPort = 10_000;
    private const ushort OwnPort = 80;
    private static readonly IpAddress Own = WireEnds.Own;

    private NetworkStack? _stack;
    private ConnectionTable _table = new(new SeededRandomSource(1));
    private IpEndpoint[] _peers = [];
    private int _next;

    [Params(10, 10_000, 200_000)]
    public int Connections { get; set; }

    [GlobalSetup]
    public void Connect()
    {
        SeededRandomSource random = new(1);
        _stack = new NetworkStack(new NetworkStackOptions(), random);
        NetworkInterface networkInterface = _stack.AddInterface(WireEnds.Device(1514), Instant.Origin);
        _stack.AddAddress(networkInterface, new IpPrefix(Own, 24), Instant.Origin);
        _table = new ConnectionTable(random);
        _peers = new IpEndpoint[Connections];
        TcpSocketOptions options = new();
        for (int i = 0; i < Connections; i++)
        {
            IpAddress address = IpAddress.FromIpv4(WireEnds.Peer.Ipv4Value + (uint)(i / PortsPerPeer));
            _peers[i] = new IpEndpoint(address, (ushort)(FirstPeerPort + (i % PortsPerPeer)));
            _stack.Tcp.Network.TryGetPath(Own, address, 0, out TransportPath? path);
            TcpConnection connection = new(_stack.Tcp);
            connection.Begin(path!, new IpEndpoint(Own, OwnPort), _peers[i], options);
            _table.Add(connection);
        }
        for (int i = Connections - 1; i > 0; i--)
        {
            int other = (int)random.Below((uint)i + 1);
            (_peers[i], _peers[other]) = (_peers[other], _peers[i]);
        }
    }

    [GlobalCleanup]
    public void Close() => _stack?.Dispose();

    [Benchmark]
    public long Find()
    {
        IpEndpoint peer = _peers[_next];
        _next = _next + 1 == _peers.Length ? 0 : _next + 1;
        return _table.Find(Own, OwnPort, peer.Address, peer.Port) is { } found ? found.Remote.Port : 0;
    }
}
