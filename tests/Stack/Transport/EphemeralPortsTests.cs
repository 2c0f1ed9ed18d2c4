using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Stack.Transport;

public sealed class EphemeralPortsTests
{
    private static readonly IpEndpoint Peer = new(IpAddress.FromIpv4(198, 18, 0, 9), 80);

    [Theory, Covers("TCP-PORT-1")]
    [InlineData(49152, 65535)]
    [InlineData(1024, 65535)]
    [InlineData(7, 7)]
    public void A_round_tries_each_port_of_the_range_once(ushort first, ushort last)
    {
        EphemeralPorts ports = new(first, last, new SeededRandomSource(1));
        uint begin = ports.Begin(RecordingNetwork.LocalAddress, Peer);
        IEnumerable<ushort> tried = Enumerable.Range(0, ports.Count).Select(step => ports.At(begin, step));
        Assert.Equal(Enumerable.Range(first, last - first + 1).Select(port => (ushort)port), tried.Order());
    }

    [Fact, Covers("TCP-PORT-1")]
    public void The_range_is_set_by_options()
    {
        TcpLayerOptions options = new();
        Assert.Equal((49152, 65535), (options.FirstEphemeralPort, options.LastEphemeralPort));
        using TcpScenario tcp = TcpScenario.New(options with { FirstEphemeralPort = 2000, LastEphemeralPort = 2002 });
        HashSet<ushort> used = [];
        for (int i = 0; i < 3; i++) used.Add(Connect(tcp, Peer)!.Local.Port);
        Assert.True(used.SetEquals([2000, 2001, 2002]));
        Assert.Equal(TransportError.AddressNotAvailable, tcp.Layer.Connect(null, Peer, new(), new object(), tcp.Now, out TcpConnection? none));
        Assert.Null(none);
        // Another peer's connections may share the ports: the four-tuple tells them apart.
        Assert.InRange(Connect(tcp, Peer with { Port = 81 })!.Local.Port, 2000, 2002);
        tcp.DropSent();
    }

    [Fact, Covers("TCP-PORT-2")]
    public void Where_a_round_begins_depends_on_the_peer_and_the_secret()
    {
        HashSet<ushort> begins = [];
        for (ulong seed = 0; seed < 8; seed++)
        {
            EphemeralPorts ports = new(49152, 65535, new SeededRandomSource(seed));
            for (ushort port = 1; port <= 8; port++) begins.Add(ports.At(ports.Begin(RecordingNetwork.LocalAddress, Peer with { Port = port }), 0));
        }
        Assert.InRange(begins.Count, 60, 64);
    }

    [Fact, Covers("TCP-PORT-2", "TCP-SOCK-1")]
    public void Connections_to_one_peer_follow_each_other_and_never_share_a_tuple()
    {
        using TcpScenario tcp = TcpScenario.New();
        ushort[] ports = [.. Enumerable.Range(0, 500).Select(_ => Connect(tcp, Peer)!.Local.Port)];
        Assert.Equal(500, ports.Distinct().Count());
        for (int i = 1; i < ports.Length; i++) Assert.Equal(1, (ports[i] - ports[i - 1] + 16384) % 16384);
        tcp.DropSent();
    }

    [Fact, Covers("TCP-PORT-2")]
    public void A_port_that_somebody_has_bound_is_not_drawn()
    {
        using TcpScenario tcp = TcpScenario.New(new() { FirstEphemeralPort = 2000, LastEphemeralPort = 2001 });
        Assert.Equal(TransportError.None, tcp.Layer.Bind(new IpEndpoint(IpAddress.AnyIpv4, 2000), PortSharing.Default, out PortBinding? bound));
        Assert.Equal(2001, Connect(tcp, Peer)!.Local.Port);
        Assert.Equal(TransportError.AddressNotAvailable, tcp.Layer.Connect(null, Peer, new(), new object(), tcp.Now, out TcpConnection? _));
        bound!.Release();
        Assert.Equal(2000, Connect(tcp, Peer)!.Local.Port);
        tcp.DropSent();
    }

    [Fact, Covers("TCP-PORT-2", "TCP-TW-2")]
    public void A_port_in_time_wait_is_drawn_again_once_timestamps_keep_the_incarnations_apart()
    {
        const ushort Only = TcpScenario.LocalPort;
        using TcpScenario tcp = TcpScenario.New(new() { FirstEphemeralPort = Only, LastEphemeralPort = Only });
        tcp.Connection = Connect(tcp, TcpScenario.Peer);
        tcp.Expect("+0 > S 0:0(0) <...>");
        tcp.Inject("+0 < S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,TS val 100 ecr 0>");
        tcp.Expect("+0 > . 1:1(0) ack 1 <...>");
        tcp.App.Close();
        tcp.Expect("+0 > F. 1:1(0) ack 1 <...>");
        tcp.Inject("+0 < F. 1:1(0) ack 2 win 65535 <nop,nop,TS val 100 ecr 0>");
        tcp.Expect("+0 > . 2:2(0) ack 2 <...>");
        Assert.Equal(TransportError.AddressNotAvailable, tcp.Layer.Connect(null, TcpScenario.Peer, new(), new object(), tcp.Now, out TcpConnection? _));
        tcp.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(Only, Connect(tcp, TcpScenario.Peer)!.Local.Port);
        Assert.Single(tcp.Layer.Connections);
        tcp.DropSent();
    }

    private static TcpConnection? Connect(TcpScenario tcp, IpEndpoint peer)
    {
        Assert.Equal(TransportError.None, tcp.Layer.Connect(null, peer, new(), new object(), tcp.Now, out TcpConnection? connection));
        return connection;
    }
}
