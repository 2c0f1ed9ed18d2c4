using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;

namespace StackSharp.Tests.Simulation;

/// <summary>Two stacks, a bad link, one to three connections with traffic both ways, and programs that end at random. All from one seed.</summary>
internal sealed class TransferSimulation : IDisposable
{
    private const ushort Port = 7000;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(2);
    private readonly VirtualTime _time = new();
    private readonly SeededRandomSource _random;
    private readonly ISimulatedHost _client;
    private readonly ISimulatedHost _server;
    private readonly SimulatedLink _up;
    private readonly SimulatedLink _down;
    private readonly List<SimulatedApp> _clientApps = [];
    private readonly List<SimulatedApp> _serverApps = [];
    private readonly Dictionary<SimulatedApp, (long Progress, Instant Since, TimeSpan LongestTimeout)> _progress = [];
    private Instant _clientWake = Instant.Never;
    private Instant _serverWake = Instant.Never;
    private TcpListener? _listener;

    /// <param name="trace">Told of each frame sent: when, what, and whether the link loses it.</param>
    public TransferSimulation(
        ulong seed, Func<int, TcpLayerOptions, ulong, Instant, ISimulatedHost> createHost, Action<Instant, byte[], bool>? trace = null)
    {
        _random = new SeededRandomSource(seed);
        _time.AdvanceTo(new Instant((long)(_random.Next() >> 3)));
        TcpLayerOptions options = new() { TimeWait = TimeSpan.FromSeconds(2), FinWait2Timeout = TimeSpan.FromSeconds(60) };
        _client = createHost(0, options with { Socket = RandomSocket() }, _random.Next(), _time.Now);
        _server = createHost(1, options with { Socket = RandomSocket() }, _random.Next(), _time.Now);
        Conditions = (LinkConditions.Random(_random), LinkConditions.Random(_random));
        _up = new SimulatedLink(_time, _random, Conditions.Up, frame => Arrive(_server, frame), trace) { IsExempt = IsArp, TryMark = _client.TryMark };
        _down = new SimulatedLink(_time, _random, Conditions.Down, frame => Arrive(_client, frame), trace) { IsExempt = IsArp, TryMark = _server.TryMark };
    }

    public (LinkConditions Up, LinkConditions Down) Conditions { get; }

    /// <summary>Octets that reached a program.</summary>
    public long Delivered => _clientApps.Concat(_serverApps).Sum(app => (long)app.Received);

    public void Run()
    {
        Start();
        Instant limit = _time.Now + Longest;
        while (!_clientApps.Concat(_serverApps).All(app => app.IsDone))
        {
            Step();
            if (_time.Now > limit) throw new SimulationException("not finished after two hours of simulated time");
        }
        CheckResults();
        // Let FINs, TIME-WAIT and orphans run out: then nothing may be left.
        limit = _time.Now + Longest;
        while (_client.Tcp.Connections.Any() || _server.Tcp.Connections.Any(connection => connection.State != TcpState.Listen))
        {
            Step();
            if (_time.Now > limit) throw new SimulationException("connections stay behind");
        }
        _listener!.Close(_time.Now);
        limit = _time.Now + TimeSpan.FromMinutes(10);
        while (_time.Next != Instant.Never && _time.Next < limit) Step();
        int held = _client.End(_time.Now) + _server.End(_time.Now);
        if (held != 0) throw new SimulationException($"{held} buffers leaked");
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private TcpSocketOptions RandomSocket() => new()
    {
        NoDelay = _random.Below(2) == 0,
        Timestamps = _random.Below(4) != 0,
        SelectiveAcknowledgment = _random.Below(4) != 0,
        WindowScaling = _random.Below(4) != 0,
        MaximumSegmentSize = _random.Below(4) == 0 ? 100 + (int)_random.Below(1000) : 0,
        SendBufferBytes = 1 << (11 + (int)_random.Below(10)),
        ReceiveBufferBytes = 1 << (11 + (int)_random.Below(10)),
        Ecn = (EcnUse)_random.Below(4),
        EcnPackets = (EcnPackets)_random.Below(3),
        CongestionControl = _random.Below(4) == 0 ? "dctcp" : null,
    };

    private void Start()
    {
        IpEndpoint server = new(_server.Address, Port);
        if (_server.Tcp.Bind(server, PortSharing.Default, out PortBinding? binding) != TransportError.None
            || _server.Tcp.Listen(binding!, 16, _server.Tcp.Options.Socket, this, out _listener) != TransportError.None)
            throw new SimulationException("cannot listen");
        int connections = 1 + (int)_random.Below(3);
        for (int i = 0; i < connections; i++)
        {
            byte upKey = (byte)_random.Next(), downKey = (byte)_random.Next();
            SimulatedApp client = new(_random, RandomSize(), upKey, downKey, RandomEnding());
            SimulatedApp serverApp = new(_random, RandomSize(), downKey, upKey, RandomEnding());
            _clientApps.Add(client);
            _time.After(TimeSpan.FromMilliseconds(_random.Below(200)), () => Connect(client, serverApp, server));
        }
    }

    private int RandomSize() => _random.Below(4) switch { 0 => 0, 1 => (int)_random.Below(2000), 2 => (int)_random.Below(40_000), _ => (int)_random.Below(300_000) };

    private Ending RandomEnding() => _random.Below(8) switch { 0 => Ending.EarlyClose, 1 => Ending.Abort, _ => Ending.Orderly };

    private void Connect(SimulatedApp client, SimulatedApp serverApp, IpEndpoint server)
    {
        TransportError error = _client.Tcp.Connect(null, server, _client.Tcp.Options.Socket, client, _time.Now, out TcpConnection? connection);
        if (error != TransportError.None) throw new SimulationException($"connect: {error}");
        client.Attach(connection!);
        _peers[connection!.Local.Port] = serverApp;
        if (client.Ending != Ending.Orderly)
            _time.After(TimeSpan.FromMilliseconds(_random.Below(3000)), () => Act(_client, () => client.End(_time.Now)));
        Settle(_client);
    }

    private readonly Dictionary<ushort, SimulatedApp> _peers = [];

    private void Accept()
    {
        while (_listener!.TryAccept() is { } connection)
        {
            SimulatedApp app = _peers[connection.Remote.Port];
            _serverApps.Add(app);
            app.Attach(connection);
            app.Run(_time.Now);
            if (app.Ending != Ending.Orderly)
                _time.After(TimeSpan.FromMilliseconds(_random.Below(3000)), () => Act(_server, () => app.End(_time.Now)));
        }
    }

    private void Arrive(ISimulatedHost host, byte[] frame) => Act(host, () => host.Deliver(frame, _time.Now));

    private void Act(ISimulatedHost host, Action action)
    {
        action();
        Settle(host);
    }

    // Address resolution that gives up ends a connection attempt, which is right, but not what these simulations are about.
    private static bool IsArp(byte[] frame) => frame.Length >= 14 && frame[12] == 0x08 && frame[13] == 0x06;

    // After every entry: programs see their events, frames leave, the next wake-up is noted.
    private void Settle(ISimulatedHost host)
    {
        host.EndEntry(_time.Now);
        while (host.Ready.Take() is { } endpoint)
        {
            endpoint.TakeEvents();
            if (endpoint is TcpListener) Accept();
            else if (endpoint.Owner is SimulatedApp app) app.Run(_time.Now);
            host.EndEntry(_time.Now);
        }
        SimulatedLink link = ReferenceEquals(host, _client) ? _up : _down;
        while (host.TryTakeFrame(out byte[] frame)) link.Send(frame);
        ref Instant wake = ref ReferenceEquals(host, _client) ? ref _clientWake : ref _serverWake;
        Instant next = host.NextDeadline;
        if (next >= wake) return;
        wake = next;
        _time.At(next, () => Wake(host, next));
    }

    private void Wake(ISimulatedHost host, Instant scheduled)
    {
        ref Instant wake = ref ReferenceEquals(host, _client) ? ref _clientWake : ref _serverWake;
        if (wake != scheduled) return;
        wake = Instant.Never;
        Act(host, () => host.OnDeadline(_time.Now));
    }

    private void Step()
    {
        if (_time.Next == Instant.Never && !GiveUpOnVanished())
            throw new SimulationException("everything waits for something: no packet, no timer\n" + Describe());
        if (_time.Next == Instant.Never) return;
        _time.RunNext();
        CheckInvariants();
    }

    // A peer that ended early may have done so by a RST that the link lost: without keepalive its partner then rightly waits for ever.
    private bool GiveUpOnVanished()
    {
        bool any = false;
        foreach ((ushort port, SimulatedApp server) in _peers)
        {
            SimulatedApp client = _clientApps.Single(app => app.Local?.Port == port);
            foreach ((SimulatedApp waiting, SimulatedApp gone) in ((SimulatedApp, SimulatedApp)[])[(client, server), (server, client)])
            {
                if (waiting.IsDone || waiting.Connection is null || gone is not { IsDone: true, Ending: not Ending.Orderly }) continue;
                waiting.GiveUp(_time.Now);
                any = true;
            }
        }
        if (any) Settle(_client);
        if (any) Settle(_server);
        return any;
    }

    // INV-4: with a live path, what is outstanding makes progress within three retransmission timeouts.
    private void CheckInvariants()
    {
        foreach (SimulatedApp app in _clientApps.Concat(_serverApps))
        {
            if (app.IsDone || app.Connection is not { State: not TcpState.Closed } connection) continue;
            TcpInfo info = connection.GetInfo(_time.Now);
            if (info.BytesInFlight == 0 || !_progress.TryGetValue(app, out (long Progress, Instant Since, TimeSpan LongestTimeout) last) || last.Progress != info.BytesAcknowledged)
            {
                _progress[app] = (info.BytesAcknowledged, _time.Now, info.RetransmissionTimeout);
                continue;
            }
            // A report of later octets takes the doublings back, but not the time that was waited for with them.
            TimeSpan longest = info.RetransmissionTimeout > last.LongestTimeout ? info.RetransmissionTimeout : last.LongestTimeout;
            _progress[app] = last with { LongestTimeout = longest };
            // At the largest timeout the doublings that led there count too.
            int timeouts = longest < _client.Tcp.Options.MaximumRetransmissionTimeout ? 3 : 5;
            if (_time.Now - last.Since > timeouts * longest + TimeSpan.FromSeconds(1))
                throw new SimulationException($"no progress for {_time.Now - last.Since}\n" + Describe());
        }
    }

    private void CheckResults()
    {
        foreach (SimulatedApp client in _clientApps)
        {
            if (client.Local is not { } local || !_peers.TryGetValue(local.Port, out SimulatedApp? server)) continue;
            Check(client, server);
            Check(server, client);
        }
    }

    private static void Check(SimulatedApp reader, SimulatedApp writer)
    {
        bool orderly = reader.Ending == Ending.Orderly && writer.Ending == Ending.Orderly;
        if (reader.Received > writer.ToSend) throw new SimulationException("more arrived than was sent");
        if (!orderly)
        {
            bool documented = reader.Error is TransportError.None or TransportError.ConnectionReset or TransportError.ConnectionAborted
                or TransportError.TimedOut or TransportError.ConnectionRefused or TransportError.NotConnected or TransportError.Shutdown;
            if (!documented) throw new SimulationException($"undocumented error {reader.Error}");
            return;
        }
        if (reader.Local is null) throw new SimulationException("the connection never came about");
        if (reader.Error != TransportError.None) throw new SimulationException($"failed with {reader.Error} though nobody ended early");
        if (reader.Received != writer.ToSend) throw new SimulationException($"{reader.Received} octets of {writer.ToSend} arrived");
        if (!reader.SawEnd) throw new SimulationException("the end of the stream was not seen");
    }

    private string Describe() => string.Join('\n', _clientApps.Concat(_serverApps).Where(app => app.Local is not null)
        .Select(app => $"{app.Local} done {app.IsDone} ending {app.Ending} received {app.Received} error {app.Connection?.Error ?? app.Error} {app.Connection?.GetInfo(_time.Now)}"))
        + $"\n{Conditions}";
}
