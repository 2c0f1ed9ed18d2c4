using System.Globalization;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.TestKit.Tcp;

/// <summary>One TCP against a scripted peer, on a clock that only the script moves.</summary>
internal sealed class TcpScenario : IDisposable
{
    public const ushort LocalPort = 8080;
    public const ushort PeerPort = 40_000;
    public static readonly IpEndpoint Peer = new(RecordingNetwork.PeerAddress, PeerPort);
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(4);
    private readonly BufferPool _arrivals = new(70_000, 16 << 20, debug: true);
    private readonly SegmentWatch _watch;
    private uint _localIsn;
    private Instant _lastEvent;

    private TcpScenario(TcpLayerOptions options, uint peerIsn, ulong seed, uint? localIsn)
    {
        PeerIsn = peerIsn;
        // Packet notation tells what leaves, and bursts are short to write down: a scenario is paced where its options say from which round trip on.
        if (options.PacingMinimumRoundTrip == new TcpLayerOptions().PacingMinimumRoundTrip) options = options with { PacingMinimumRoundTrip = TimeSpan.MaxValue };
        Layer = new TcpLayer(options, Network, Ready, new SeededRandomSource(seed));
        App = new ScenarioApp(this);
        _watch = new SegmentWatch(Layer);
        Network.Watch = _watch.Check;
        if (localIsn is { } wanted) Now = WhenSequenceNumberIs(wanted);
        _lastEvent = Now;
    }

    public RecordingNetwork Network { get; } = new();

    public ReadyQueue Ready { get; } = new();

    public TcpLayer Layer { get; }

    public ScenarioApp App { get; }

    public TcpListener? Listener { get; private set; }

    public TcpConnection? Connection { get; internal set; }

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1_000_000);

    public uint PeerIsn { get; }

    /// <summary>Our initial sequence number, as seen in the SYN that was expected last.</summary>
    public uint LocalIsn => _localIsn;

    /// <summary>What can be known of the connection now.</summary>
    public TcpInfo Info => Connection!.GetInfo(Now);

    public TcpState State => Connection!.State;

    /// <summary>The packet that was expected last, as it was sent.</summary>
    public PacketLine Last { get; private set; } = PacketLine.Parse("+0 > - 0:0(0)");

    /// <param name="localIsn">Our own initial sequence number; the clock is set so that RFC 6528 yields it.</param>
    public static TcpScenario New(TcpLayerOptions? options = null, uint peerIsn = 0xFFFF_FF00, ulong seed = 1, uint? localIsn = null) =>
        new(options ?? new(), peerIsn, seed, localIsn);

    /// <summary>Our side listens, nothing has come yet.</summary>
    public static TcpScenario Listening(TcpSocketOptions? socket = null, TcpLayerOptions? options = null, int backlog = 16, uint peerIsn = 0xFFFF_FF00,
        uint? localIsn = null)
    {
        TcpScenario tcp = New(options, peerIsn, localIsn: localIsn);
        Assert.Equal(TransportError.None, tcp.Layer.Bind(new IpEndpoint(IpAddress.AnyIpv4, LocalPort), PortSharing.Default, out PortBinding? binding));
        Assert.Equal(TransportError.None, tcp.Layer.Listen(binding!, backlog, socket ?? new(), new object(), out TcpListener? listener));
        tcp.Listener = listener;
        return tcp;
    }

    /// <summary>A connection that the peer has opened; its options are the ones named.</summary>
    public static TcpScenario Established(
        int mss = 1460, int peerWindow = 65535, string peerOptions = "", TcpSocketOptions? socket = null, TcpLayerOptions? options = null,
        uint peerIsn = 0xFFFF_FF00, uint? localIsn = null)
    {
        TcpScenario tcp = Listening(socket, options, peerIsn: peerIsn, localIsn: localIsn);
        string more = peerOptions.Length == 0 ? "" : "," + peerOptions;
        tcp.Inject($"+0 < S 0:0(0) win {peerWindow} <mss {mss}{more}>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        bool stamped = peerOptions.Contains("TS", StringComparison.Ordinal);
        tcp.Inject($"+0 < . 1:1(0) ack 1 win {peerWindow}" + (stamped ? " <nop,nop,TS val 101 ecr 0>" : ""));
        tcp.App.Accept();
        return tcp;
    }

    /// <summary>Our side has called connect; the SYN is out.</summary>
    public static TcpScenario Connecting(TcpSocketOptions? socket = null, TcpLayerOptions? options = null, uint peerIsn = 0xFFFF_FF00, uint? localIsn = null)
    {
        TcpScenario tcp = New(options, peerIsn, localIsn: localIsn);
        IpEndpoint local = new(RecordingNetwork.LocalAddress, LocalPort);
        Assert.Equal(TransportError.None, tcp.Layer.Bind(local, PortSharing.Default, out PortBinding? binding));
        IpEndpoint peer = new(RecordingNetwork.PeerAddress, PeerPort);
        Assert.Equal(TransportError.None, tcp.Layer.Connect(binding, peer, socket ?? new(), new object(), tcp.Now, out TcpConnection? connection));
        tcp.Connection = connection;
        return tcp;
    }

    /// <summary>A claim on a port of our address, which other claims of its kind may share.</summary>
    public static PortBinding BindLocal(ushort port)
    {
        // The scenario's own connection may hold the port: a second claim is what the caller wants to try.
        PortTable table = new();
        Assert.Equal(TransportError.None, table.TryBind(new IpEndpoint(RecordingNetwork.LocalAddress, port), PortSharing.Default, out PortBinding? binding));
        return binding!;
    }

    /// <summary>Gives packets to the stack, each at its time after the previous event.</summary>
    public void Inject(params string[] lines)
    {
        foreach (string text in lines)
        {
            PacketLine line = PacketLine.Parse(text);
            Assert.Equal(PacketDirection.Inject, line.Direction);
            Advance(_lastEvent + line.Time.Earliest);
            Deliver(SegmentText.Build(line, PeerPort, LocalPort, PeerIsn, _localIsn), ecn: line.Ecn ?? EcnCodepoint.NotEct);
            _lastEvent = Now;
        }
    }

    /// <summary>Gives packets to the stack in one batch, as a device delivers them together.</summary>
    public void InjectBatch(params string[] lines)
    {
        foreach (string text in lines)
        {
            PacketLine line = PacketLine.Parse(text);
            Deliver(SegmentText.Build(line, PeerPort, LocalPort, PeerIsn, _localIsn), endsBatch: false, ecn: line.Ecn ?? EcnCodepoint.NotEct);
        }
        Layer.OnBatchEnd(Now);
        _lastEvent = Now;
    }

    /// <summary>Gives the stack a packet that a device has merged of several.</summary>
    public void InjectMerged(string text, ushort mergedOf)
    {
        PacketLine line = PacketLine.Parse(text);
        Deliver(SegmentText.Build(line, PeerPort, LocalPort, PeerIsn, _localIsn), ecn: line.Ecn ?? EcnCodepoint.NotEct, mergedOf: mergedOf);
        _lastEvent = Now;
    }

    /// <summary>The next packets that the stack sends, each at its time after the previous event, give or take 4 ms.</summary>
    public void Expect(params string[] lines)
    {
        foreach (string text in lines) ExpectOne(text, anchors: true);
    }

    /// <summary>As <see cref="Expect"/>, but a SYN counts from the initial sequence number of before: it belongs to another incarnation.</summary>
    public void ExpectUnanchored(string line) => ExpectOne(line, anchors: _localIsn == 0);

    private void ExpectOne(string text, bool anchors)
    {
        PacketLine expected = PacketLine.Parse(text);
        Instant latest = expected.Time.IsAny ? Instant.Never : _lastEvent + expected.Time.Latest + Tolerance;
        RunUntilSent(latest, text);
        (Instant at, byte[] segment, NetworkSendOptions options) = Network.Sent.Dequeue();
        TcpHeader.TryParse(segment, out TcpHeader header);
        Assert.True(at <= latest, $"Expected '{text}', but it came late.");
        Assert.True(header.IsChecksumValid(RecordingNetwork.LocalAddress, RecordingNetwork.PeerAddress), $"Bad checksum in answer to '{text}'.");
        if (anchors && header.Has(TcpControlBits.Syn)) _localIsn = header.Sequence.Value;
        PacketLine actual = SegmentText.Describe(segment, at - _lastEvent, PacketDirection.Expect, _localIsn, PeerIsn) with { Ecn = new TrafficClass(options.TrafficClass).Ecn };
        Last = actual;
        string? mismatch = expected.Mismatch(actual);
        Assert.True(mismatch is null, $"Expected '{text}', got '{actual}': {mismatch}.");
        for (int i = 0; i < header.Payload.Length; i++)
            Assert.True(header.Payload[i] == SegmentText.PayloadOctet(SegmentText.TextStart(actual) + (uint)i), $"An octet of '{actual}' is not what was written.");
        Assert.True(at >= _lastEvent + expected.Time.Earliest - Tolerance, $"Expected '{text}', but it came early: '{actual}'.");
        _lastEvent = at;
    }

    /// <summary>Nothing is sent, at once or (with a duration) until then.</summary>
    public void ExpectSilence(TimeSpan duration = default)
    {
        Advance(Now + duration);
        if (Network.Sent.Count == 0) return;
        (Instant at, byte[] segment, _) = Network.Sent.Peek();
        Assert.Fail($"Expected silence, got '{SegmentText.Describe(segment, at - _lastEvent, PacketDirection.Expect, _localIsn, PeerIsn)}'.");
    }

    /// <summary>Another connection from the same peer, its handshake complete; what it sends is not kept.</summary>
    public void OpenFromElsewhere(ushort peerPort)
    {
        int before = Network.Sent.Count;
        Deliver(SegmentText.Build(PacketLine.Parse("+0 < S 0:0(0) win 65535 <mss 1000>"), peerPort, LocalPort, 77, 0));
        (Instant, byte[] Segment, NetworkSendOptions)[] sent = [.. Network.Sent];
        TcpHeader.TryParse(sent[^1].Segment, out TcpHeader reply);
        Assert.True(reply.Has(TcpControlBits.Syn) && reply.DestinationPort == peerPort);
        Deliver(SegmentText.Build(PacketLine.Parse("+0 < . 1:1(0) ack 1 win 65535"), peerPort, LocalPort, 77, reply.Sequence.Value));
        Network.Sent.Clear();
        foreach ((Instant, byte[], NetworkSendOptions) earlier in sent.Take(before)) Network.Sent.Enqueue(earlier);
    }

    /// <summary>The place in the stream of the text that was sent next; there is some.</summary>
    public (uint Start, uint End) TakeText()
    {
        PacketLine line = SegmentText.Describe(Network.Sent.Dequeue().Segment, default, PacketDirection.Expect, _localIsn, PeerIsn);
        Assert.NotEqual(0, line.Length);
        return (line.Start, line.End);
    }

    /// <summary>Loses what was sent and not looked at.</summary>
    public void DropSent() => Network.Sent.Clear();

    /// <summary>Moves the clock and runs what falls due on the way.</summary>
    public void Advance(TimeSpan duration)
    {
        Advance(Now + duration);
        _lastEvent = Now;
    }

    /// <summary>A note from the network, quoting a segment that starts at a sequence number of ours.</summary>
    public void Report(NetworkProblemKind kind, uint quotedSequence, int mtu = 0, IpAddress? reporter = null)
    {
        byte[] quoted = new byte[8];
        TcpHeaderWriter.Write(new byte[20], LocalPort, PeerPort, default, default, 0, 20, 0, 0);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(quoted, LocalPort);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(quoted.AsSpan(2), PeerPort);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(quoted.AsSpan(4), unchecked(_localIsn + quotedSequence));
        NetworkProblem problem = new()
        {
            Kind = kind,
            Local = RecordingNetwork.LocalAddress,
            Remote = RecordingNetwork.PeerAddress,
            Reporter = reporter ?? IpAddress.FromIpv4(198, 18, 0, 254),
            MaximumTransmissionUnit = mtu,
            TransportHeader = quoted,
        };
        Layer.OnNetworkProblem(problem, Now);
        Layer.OnBatchEnd(Now);
    }

    /// <summary>Gives raw bytes to the stack as a segment from the peer; the checksum is taken as verified.</summary>
    /// <param name="mergedOf">Octets of each of the segments that it was merged of; 0: it is one.</param>
    public void Deliver(
        byte[] segment, bool checksumVerified = true, IpAddress? source = null, bool endsBatch = true, EcnCodepoint ecn = EcnCodepoint.NotEct, ushort mergedOf = 0)
    {
        PacketBuffer buffer = _arrivals.TryRent(owner: "arrival")!;
        segment.CopyTo(buffer.Storage);
        buffer.SetRange(0, segment.Length);
        buffer.Offload = new ReceiveOffload(checksumVerified, mergedOf);
        TransportDatagram datagram = new()
        {
            Source = source ?? RecordingNetwork.PeerAddress,
            Destination = RecordingNetwork.LocalAddress,
            InterfaceIndex = 1,
            HopLimit = 64,
            TrafficClass = TrafficClass.Default.WithEcn(ecn).Value,
            Buffer = buffer,
            Length = segment.Length,
        };
        Layer.OnSegment(datagram, checksumVerified, Now);
        if (endsBatch) Layer.OnBatchEnd(Now);
        buffer.Release();
        if (endsBatch) _watch.CheckTimers();
    }

    /// <summary>Ends everything and checks that no buffer stays behind.</summary>
    public void Dispose()
    {
        Layer.Shutdown(Now);
        int leaked = Network.Outstanding + _arrivals.Outstanding;
        Network.Dispose();
        _arrivals.Dispose();
        Assert.True(leaked == 0, string.Create(CultureInfo.InvariantCulture, $"{leaked} buffers or frames leaked."));
    }

    /// <summary>Numbers of ours, as the stack's own sequence space has them.</summary>
    internal void NoteAppEvent() => _lastEvent = Now;

    // RFC 6528's clock ticks every 4 µs: somewhere in its cycle of 4.8 hours it yields any number.
    private Instant WhenSequenceNumberIs(uint wanted)
    {
        uint now = Layer.SequenceNumbers.Next(new(RecordingNetwork.LocalAddress, LocalPort), new(RecordingNetwork.PeerAddress, PeerPort), Now).Value;
        return Now + TimeSpan.FromMicroseconds(4.0 * unchecked(wanted - now));
    }

    private void Advance(Instant until)
    {
        while (Layer.NextDeadline <= until)
        {
            Now = Instant.Max(Now, Layer.NextDeadline);
            Layer.OnDeadline(Now);
            _watch.CheckTimers();
        }
        Now = Instant.Max(Now, until);
    }

    private void RunUntilSent(Instant latest, string expectation)
    {
        while (Network.Sent.Count == 0)
        {
            Assert.True(Layer.NextDeadline <= latest && Layer.NextDeadline != Instant.Never, $"Expected '{expectation}', but nothing was sent.");
            Now = Instant.Max(Now, Layer.NextDeadline);
            Layer.OnDeadline(Now);
        }
    }
}
