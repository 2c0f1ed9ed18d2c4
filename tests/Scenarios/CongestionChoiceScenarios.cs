using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>Which algorithm a connection gets: by name, for the stack, the socket, and while it lives.</summary>
public sealed class CongestionChoiceScenarios
{
    [Fact, Covers("TCP-9293-19")]
    public void A_stack_has_its_default_and_a_socket_may_name_another()
    {
        using TcpScenario standard = TcpScenario.Established();
        Assert.Equal("cubic", standard.Info.CongestionControl);
        using TcpScenario stack = TcpScenario.Established(options: new TcpLayerOptions { CongestionControl = "reno" });
        Assert.Equal("reno", stack.Info.CongestionControl);
        using TcpScenario socket = TcpScenario.Established(socket: new TcpSocketOptions { CongestionControl = "reno" });
        Assert.Equal("reno", socket.Info.CongestionControl);
    }

    [Fact]
    public void A_name_that_the_stack_does_not_know_is_refused_wherever_it_is_given()
    {
        TcpSocketOptions unknown = new() { CongestionControl = "vegas" };
        Assert.Throws<ArgumentOutOfRangeException>(() => TcpScenario.New(new TcpLayerOptions { CongestionControl = "vegas" }));
        Assert.Throws<ArgumentOutOfRangeException>(() => TcpScenario.New(new TcpLayerOptions { Socket = unknown }));
        using TcpScenario tcp = TcpScenario.Established();
        Assert.Equal(TransportError.InvalidArgument, tcp.Connection!.SetOptions(unknown, tcp.Now));
        Assert.Null(tcp.Connection.Options.CongestionControl);
        Assert.Equal(TransportError.InvalidArgument, tcp.Layer.Connect(null, TcpScenario.Peer, unknown, new(), tcp.Now, out _));
        PortBinding binding = TcpScenario.BindLocal(99);
        Assert.Equal(TransportError.InvalidArgument, tcp.Layer.Listen(binding, 1, unknown, new(), out _));
    }

    [Fact]
    public void A_live_connection_changes_over_with_its_windows()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(10_000);
        for (uint at = 1; at < 9_001; at += 1000) tcp.Expect($"+0 > . {at}:{at + 1000}(1000) ack 1");
        tcp.Expect("+0 > P. 9001:10001(1000) ack 1", "+.2 > . 1:1001(1000) ack 1");
        Assert.Equal((1_000, 7_000, "cubic"), (tcp.Info.CongestionWindow, tcp.Info.SlowStartThreshold, tcp.Info.CongestionControl));
        Assert.Equal(TransportError.None, tcp.Connection!.SetOptions(tcp.Connection.Options with { CongestionControl = "reno" }, tcp.Now));
        Assert.Equal((1_000, 7_000, "reno"), (tcp.Info.CongestionWindow, tcp.Info.SlowStartThreshold, tcp.Info.CongestionControl));
        Assert.Equal(TransportError.None, tcp.Connection.SetOptions(tcp.Connection.Options with { CongestionControl = null }, tcp.Now));
        Assert.Equal((1_000, 7_000, "cubic"), (tcp.Info.CongestionWindow, tcp.Info.SlowStartThreshold, tcp.Info.CongestionControl));
    }

    [Fact]
    public void Before_the_handshake_is_over_the_new_one_begins_with_the_initial_window()
    {
        using TcpScenario tcp = TcpScenario.Connecting();
        tcp.Expect("+0 > S 0:0(0) <...>");
        Assert.Equal(TransportError.None, tcp.Connection!.SetOptions(tcp.Connection.Options with { CongestionControl = "reno" }, tcp.Now));
        tcp.Inject("+.01 < S. 0:0(0) ack 1 win 65535 <mss 1000>");
        Assert.Equal((10_000, long.MaxValue, "reno"), (tcp.Info.CongestionWindow, tcp.Info.SlowStartThreshold, tcp.Info.CongestionControl));
        tcp.DropSent();
    }

    [Fact]
    public void A_plug_in_is_told_what_happens_and_decides()
    {
        Listening plugIn = new();
        TcpLayerOptions options = new() { CongestionControls = CongestionControls.Standard.With(() => plugIn), CongestionControl = "listening" };
        Assert.Equal(["bbr", "cubic", "dctcp", "listening", "reno"], options.CongestionControls.Names);
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: "nop,nop,sackOK", options: options, socket: new() { RackTlp = false });
        Assert.Equal((1000, 10_000, true), (plugIn.Begun.SegmentBytes, plugIn.Begun.WindowBytes, plugIn.Begun.HasSelectiveAcknowledgment));
        tcp.App.Send(3_000);
        // Its window is two segments.
        tcp.Expect("+0 > . 1:1001(1000) ack 1", "+0 > . 1001:2001(1000) ack 1");
        tcp.ExpectSilence();
        tcp.Inject("+.02 < . 1:1(0) ack 2001 win 65535");
        tcp.Expect("+0 > P. 2001:3001(1000) ack 1");
        CongestionSample sample = Assert.Single(plugIn.Samples);
        Assert.Equal((2_000, 2_000, true, CongestionPhase.Open), (sample.AcknowledgedBytes, sample.DeliveredBytes, sample.WasWindowLimited, sample.Phase));
        Assert.Equal((2_000, 2_000), (sample.UnacknowledgedOffset, sample.NextOffset));
        Assert.Equal(TimeSpan.FromMilliseconds(20), sample.RoundTrip);
        Assert.Equal([(1_000, 0), (1_000, 1_000), (1_000, 0)], plugIn.Sent);
        tcp.Expect("+.202 > P. 2001:3001(1000) ack 1");
        Assert.Equal((1_000, true), plugIn.Timeout);
        // The first octets of a connection come after a silence too.
        Assert.Equal(10_000, plugIn.RestartWindow);
    }

    [Fact]
    public void An_object_that_served_another_algorithm_begins_with_the_one_that_is_asked_for()
    {
        using TcpScenario tcp = TcpScenario.New();
        TcpConnection connection = new(tcp.Layer);
        IpEndpoint local = new(RecordingNetwork.LocalAddress, 80);
        connection.Begin(tcp.Network.Path, local, TcpScenario.Peer, new() { CongestionControl = "reno" });
        Assert.Equal("reno", connection.GetInfo(tcp.Now).CongestionControl);
        connection.Begin(tcp.Network.Path, local, TcpScenario.Peer, new());
        Assert.Equal("cubic", connection.GetInfo(tcp.Now).CongestionControl);
    }

    private sealed class Listening : ICongestionControl
    {
        public CongestionStart Begun { get; private set; }

        public List<CongestionSample> Samples { get; } = [];

        public List<(long Bytes, long InFlight)> Sent { get; } = [];

        public (long Flight, bool IsFirst)? Timeout { get; private set; }

        public long RestartWindow { get; private set; }

        public string Name => "listening";

        public long Window => 2000;

        public long SlowStartThreshold => long.MaxValue;

        public void Start(in CongestionStart start) => Begun = start;

        public void OnSegmentSize(int segmentBytes) => throw new InvalidOperationException("The path does not change here.");

        public void OnSent(long bytes, long inFlightBytes, bool isApplicationLimited, Instant now) => Sent.Add((bytes, inFlightBytes));

        public void OnAcknowledged(in CongestionSample sample) => Samples.Add(sample);

        public void OnLoss(in LossEvent loss) => throw new InvalidOperationException("Nothing is reported here.");

        public void OnRecovered(long flightBytes, Instant now) => throw new InvalidOperationException("Nothing is reported here.");

        public void OnTimeout(long flightBytes, bool isFirst, Instant now) => Timeout = (flightBytes, isFirst);

        public void OnCongestionExperienced(long flightBytes, Instant now) => throw new InvalidOperationException("Nothing is marked here.");

        public void OnSpuriousLoss(Instant now) => throw new InvalidOperationException("Nothing is lost here.");

        public void OnIdle(long restartWindowBytes, Instant now) => RestartWindow = restartWindowBytes;
    }
}
