using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Network;
using StackSharp.Stack.Network.Icmp;
using StackSharp.Stack.Network.Ipv4;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Echo;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Udp;

namespace StackSharp.Stack;

/// <summary>A whole TCP/IP stack as a state machine: frames, user calls and the time go in; frames, events and the next deadline come out.</summary>
/// <remarks>Used by one thread at a time. The moments handed in never go back.</remarks>
public sealed partial class NetworkStack : IDisposable
{
    private readonly StackClock _clock = new();
    private readonly RouteResolver _resolver;
    private readonly PathTable _paths;
    private readonly Ipv4Forwarder _forwarder;
    private readonly Ipv4Input _ipv4;
    private readonly Icmpv4Input _icmp;
    private readonly EchoLayer _echo;
    private readonly IRandomSource _random;
    private bool _isDisposed;

    /// <param name="options">Every constant.</param>
    /// <param name="random">Secrets, identifiers and jitter come from here.</param>
    public NetworkStack(NetworkStackOptions options, IRandomSource random)
    {
        Options = options;
        _random = random;
        Buffers = new StackBuffers(options);
        LoopbackPackets = new LoopbackQueue(Buffers, options.LoopbackQueueFrames);
        IpStatistics ip = new();
        IcmpStatistics icmp = new();
        Routes = new RouteTable(Wheel, options.Ipv4.DeadGatewayTime);
        _resolver = new RouteResolver(Routes);
        PathMtuTable pathMtus = new(Wheel, options.Ipv4.PathMtuAge, options.Ipv4.MaximumPathMtuEntries, random.Next());
        _paths = new PathTable(_resolver, pathMtus, options.Ipv4.MaximumPaths, random.Next());
        IdentificationSource identifications = new(random.Next(), random.Next(), options.Shard?.Index ?? 0, options.Shard?.Group.Count ?? 1);
        Ipv4Output output = new(options.Ipv4, Buffers, LoopbackPackets, identifications, ip);
        Icmpv4Output icmpOutput = new(options.Icmp, Buffers, _paths, output, icmp, random.Next());
        _forwarder = new Ipv4Forwarder(options.Ipv4, Buffers, _paths, icmpOutput, ip, random.Next());
        _ipv4 = new Ipv4Input(options.Ipv4, Buffers, _resolver, this, icmpOutput, _forwarder, ip, Wheel, random);
        _icmp = new Icmpv4Input(options.Icmp, options.Ipv4.MinimumPathMtu, icmpOutput, _paths, this, icmp);
        TransportNetwork network = new(_paths, output, Buffers, _clock);
        ShardStatistics shard = new();
        Siblings = options.Shard is { } place ? new Siblings(place, shard) : null;
        GroupMembership groups = new(_resolver, FindInterface, Siblings);
        _echo = new EchoLayer(network, Ready, random, Siblings?.EchoShare ?? default);
        Udp = new UdpLayer(options.Udp, network, groups, Ready, random, Siblings?.UdpShare ?? default);
        Tcp = new TcpLayer(options.Tcp, network, Ready, random, Siblings?.TcpShare ?? default);
        Statistics = new StackStatistics(ip, icmp, Udp.Statistics, Tcp.Statistics, shard, SumOfLinks);
        Loopback = AddLoopback();
    }

    public NetworkStackOptions Options { get; }

    public TcpLayer Tcp { get; }

    public UdpLayer Udp { get; }

    public RouteTable Routes { get; }

    /// <summary>This stack is a router: it forwards IPv4 packets for others between its interfaces (RFC 1812). Starts as
    /// <see cref="Ipv4LayerOptions.Forwarding"/> says.</summary>
    public bool Forwarding
    {
        get => _forwarder.IsEnabled;
        set => _forwarder.IsEnabled = value;
    }

    /// <summary>Endpoints with events; drained by the host after each entry.</summary>
    public ReadyQueue Ready { get; } = new();

    public StackStatistics Statistics { get; }

    /// <summary>When <see cref="OnDeadline"/> has something to do next; in the past while <see cref="OnEntryEnd"/> is due.</summary>
    public Instant NextDeadline
    {
        get
        {
            if (!LoopbackPackets.IsEmpty) return Instant.Origin;
            return Instant.Min(Wheel.NextDeadline, Tcp.NextDeadline);
        }
    }

    /// <summary>Buffers and frames that somebody holds: 0 once the stack is disposed of and every transmit queue drained.</summary>
    public int OutstandingBuffers => Buffers.Outstanding;

    /// <summary>With <see cref="NetworkStackOptions.DebugBuffers"/>: what for each buffer was rented that has not come back.</summary>
    public IEnumerable<string> OutstandingBufferOwners => Buffers.OutstandingOwners;

    /// <summary>Native memory taken for buffers, in octets.</summary>
    public long BufferBytes => Buffers.AllocatedBytes;

    internal StackBuffers Buffers { get; }

    internal TimerWheel Wheel { get; } = new(256);

    internal LoopbackQueue LoopbackPackets { get; }

    internal PathTable Paths => _paths;

    internal Reassembler Reassembler => _ipv4.Reassembler;

    /// <summary>A new endpoint for ICMP echo (ping).</summary>
    /// <returns>NoBufferSpaceAvailable: every identifier is in use.</returns>
    public TransportError OpenEcho(object owner, out EchoEndpoint? endpoint) => _echo.TryOpen(owner, out endpoint);

    /// <summary>A buffer for <see cref="ILinkDevice.Receive"/>: large enough for any frame of the interface, or of any interface if none is named.
    /// Null when the budget is spent.</summary>
    public PacketBuffer? RentReceiveBuffer(NetworkInterface? networkInterface = null)
    {
        PacketBuffer? buffer = Buffers.TryRentBuffer(
            networkInterface?.Device.MaximumFrameBytes ?? StackBuffers.LargestFrame, BufferUse.Receive, networkInterface?.BufferOwner ?? "receive");
        if (buffer is null) Statistics.ReceiveBufferFailures++;
        return buffer;
    }

    /// <summary>Frames have arrived, together. The buffers stay the caller's; afterwards <see cref="PacketBuffer.IsShared"/> says that the stack kept a
    /// reference, and the buffer must then be released instead of being filled again.</summary>
    public void OnFrames(NetworkInterface networkInterface, ReadOnlySpan<PacketBuffer> frames, Instant now)
    {
        _clock.Advance(now);
        foreach (PacketBuffer frame in frames) networkInterface.OnFrame(frame, now);
        Tcp.OnBatchEnd(now);
        OnEntryEnd(now);
    }

    /// <summary>Runs every timer that is due.</summary>
    public void OnDeadline(Instant now)
    {
        _clock.Advance(now);
        Wheel.Advance(now);
        Tcp.OnDeadline(now);
        OnEntryEnd(now);
    }

    /// <summary>The host is about to leave the stack: delivers what this stack has sent to itself. To be called after user calls, before
    /// the transmit queues and <see cref="Ready"/> are drained; <see cref="OnFrames"/> and <see cref="OnDeadline"/> do it themselves.</summary>
    public void OnEntryEnd(Instant now)
    {
        _clock.Advance(now);
        if (Siblings is not null) TakeMail(now);
        // What two ends on this host say to each other could go on for ever: the rest waits for the next entry.
        int budget = 4 * Options.LoopbackQueueFrames;
        while (!LoopbackPackets.IsEmpty && budget > 0)
        {
            int batch = Math.Min(LoopbackPackets.Count, budget);
            budget -= batch;
            for (int i = 0; i < batch && LoopbackPackets.TryDequeue(out PacketBuffer packet, out INetworkLink link); i++)
            {
                OnLoopbackPacket((NetworkInterface)link, packet, now);
                packet.Release();
            }
            Tcp.OnBatchEnd(now);
        }
        Tcp.OnEntryEnd();
    }

    /// <summary>Ends all connections and endpoints, and lets go of what waits. What that sends is in the transmit queues afterwards; once these
    /// are drained, <see cref="OutstandingBuffers"/> are those that others hold.</summary>
    public void Shutdown(Instant now)
    {
        _clock.Advance(now);
        Tcp.Shutdown(now);
        Udp.Shutdown();
        _echo.Shutdown();
        LoopbackPackets.Clear();
        Reassembler.Close();
        Siblings?.Close();
        foreach (NetworkInterface networkInterface in _interfaces) networkInterface.DropWaitingFrames();
    }

    /// <summary>Releases everything, frames in transmit queues included. Nothing of the stack may be used afterwards. Memory that somebody
    /// else still holds (<see cref="OutstandingBuffers"/>) is not freed.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        Shutdown(_clock.Now);
        foreach (NetworkInterface networkInterface in _interfaces) networkInterface.Detach();
        if (Buffers.Outstanding == 0) Buffers.Dispose();
    }
}
