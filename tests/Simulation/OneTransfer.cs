using System.Globalization;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Tests.Simulation;

/// <summary>One connection between two TCPs on virtual time: opened, filled with octets that are checked, and closed in order by both ends.</summary>
internal sealed class OneTransfer : IDisposable
{
    private const ushort ServerPort = 7000;
    private const ushort ClientPort = 7001;
    private static readonly IpAddress ClientAddress = IpAddress.FromIpv4(198, 18, 0, 1);
    private static readonly IpAddress ServerAddress = IpAddress.FromIpv4(198, 18, 0, 2);
    private readonly VirtualTime _time = new();
    private readonly SegmentHost _client;
    private readonly SegmentHost _server;
    private readonly SimulatedLink _up;
    private readonly SimulatedLink _down;
    private readonly byte[] _pattern = new byte[2 * PatternBytes];
    private readonly PacketSlice[] _slices = new PacketSlice[16];
    private TcpListener? _listener;
    private TcpConnection? _accepted;
    private TcpConnection? _connection;
    private Instant _clientWake = Instant.Never;
    private Instant _serverWake = Instant.Never;
    private long _toSend;
    private long _sent;

    // A prime: the text is never the same at two places a power of two apart.
    private const int PatternBytes = 65_521;

    /// <param name="up">From the client, which sends, to the server.</param>
    public OneTransfer(LinkConditions up, LinkConditions down, ulong seed, TcpLayerOptions? options = null)
    {
        SeededRandomSource random = new(seed);
        options ??= new TcpLayerOptions();
        _client = new SegmentHost(ClientAddress, ServerAddress, options, random.Next());
        _server = new SegmentHost(ServerAddress, ClientAddress, options, random.Next());
        _up = new SimulatedLink(_time, random, up, frame => Arrive(_server, frame));
        _down = new SimulatedLink(_time, random, down, frame => Arrive(_client, frame));
        for (int i = 0; i < PatternBytes; i++) _pattern[i] = _pattern[i + PatternBytes] = (byte)random.Next();
    }

    /// <summary>Octets that the server has read, every one of them checked.</summary>
    public long Received { get; private set; }

    /// <summary>From the SYN to the moment at which the server had seen the end of the stream.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>The sender's figures at the end of the stream.</summary>
    public TcpInfo Info { get; private set; }

    /// <summary>The sender's initial sequence number.</summary>
    public SequenceNumber Initial { get; private set; }

    /// <summary>Opens the connection, moves the octets and closes it.</summary>
    /// <param name="initial">The client's initial sequence number: the clock is set so that RFC 6528 yields it. Null: whatever comes.</param>
    /// <param name="limit">Simulated time after which it counts as stuck.</param>
    public void Run(long octets, TimeSpan limit, uint? initial = null)
    {
        _toSend = octets;
        IpEndpoint client = new(ClientAddress, ClientPort), server = new(ServerAddress, ServerPort);
        if (initial is { } wanted)
        {
            // The generator's clock ticks every 4 µs.
            uint now = _client.Tcp.SequenceNumbers.Next(client, server, _time.Now).Value;
            _time.AdvanceTo(_time.Now + TimeSpan.FromMicroseconds(4.0 * unchecked(wanted - now)));
        }
        Initial = _client.Tcp.SequenceNumbers.Next(client, server, _time.Now);
        Instant begin = _time.Now;
        Open(client, server);
        while (Duration == TimeSpan.Zero || _client.Tcp.Connections.Any() || _server.Tcp.Connections.Any())
        {
            if (_time.Next == Instant.Never || _time.Next > begin + limit) throw new SimulationException(Describe(begin));
            _time.RunNext();
            if (Duration != TimeSpan.Zero || _accepted is not { IsClosedByUser: true }) continue;
            Duration = _time.Now - begin;
            Info = _connection!.GetInfo(_time.Now);
        }
        _listener!.Close(_time.Now);
        int held = _client.End(_time.Now) + _server.End(_time.Now);
        if (held != 0) throw new SimulationException(string.Create(CultureInfo.InvariantCulture, $"{held} buffers leaked"));
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private string Describe(Instant begin) => string.Create(
        CultureInfo.InvariantCulture,
        $"stuck {_time.Now - begin} after the SYN with {Received} of {_toSend} octets:\n{_connection!.GetInfo(_time.Now)}\n{_accepted?.GetInfo(_time.Now)}");

    private static void Check(TransportError error)
    {
        if (error != TransportError.None) throw new SimulationException(error.ToString());
    }

    private void Open(in IpEndpoint client, in IpEndpoint server)
    {
        Check(_server.Tcp.Bind(server, PortSharing.Default, out PortBinding? binding));
        Check(_server.Tcp.Listen(binding!, 16, _server.Tcp.Options.Socket, this, out _listener));
        Check(_client.Tcp.Bind(client, PortSharing.Default, out binding));
        Check(_client.Tcp.Connect(binding, server, _client.Tcp.Options.Socket, this, _time.Now, out _connection));
        Settle(_client);
    }

    private void Arrive(SegmentHost host, byte[] frame)
    {
        host.Deliver(frame, _time.Now);
        Settle(host);
    }

    private void Settle(SegmentHost host)
    {
        host.EndEntry(_time.Now);
        while (host.Ready.Take() is { } endpoint)
        {
            EndpointEvents events = endpoint.TakeEvents();
            if (endpoint is TcpListener) Accept();
            else if (endpoint == _connection) Send(events);
            else if (endpoint == _accepted) Receive();
            host.EndEntry(_time.Now);
        }
        SimulatedLink link = host == _client ? _up : _down;
        while (host.TryTakeFrame(out byte[] frame)) link.Send(frame);
        ref Instant wake = ref host == _client ? ref _clientWake : ref _serverWake;
        Instant next = host.NextDeadline;
        if (next >= wake) return;
        wake = next;
        _time.At(next, () => Wake(host, next));
    }

    private void Wake(SegmentHost host, Instant scheduled)
    {
        ref Instant wake = ref host == _client ? ref _clientWake : ref _serverWake;
        if (wake != scheduled) return;
        wake = Instant.Never;
        host.OnDeadline(_time.Now);
        Settle(host);
    }

    private void Accept()
    {
        if (_listener!.TryAccept() is not { } accepted) return;
        accepted.Owner = this;
        _accepted = accepted;
        Receive();
    }

    private void Send(EndpointEvents events)
    {
        if ((events & EndpointEvents.Failed) != 0) throw new SimulationException($"the sender failed with {_connection!.Error} after {_sent} octets");
        while (_sent < _toSend && _connection!.State == TcpState.Established)
        {
            int most = (int)Math.Min(PatternBytes, _toSend - _sent);
            if (_connection.Send(_pattern.AsSpan((int)(_sent % PatternBytes), most), TcpSendFlags.None, _time.Now, out int taken) != TransportError.None) return;
            _sent += taken;
            if (taken < most) return;
        }
        if (_sent == _toSend && _connection!.State == TcpState.Established) _connection.Close(_time.Now);
    }

    private void Receive()
    {
        while (_accepted!.Detach(int.MaxValue, _slices, _time.Now, out int count) == TransportError.None && count > 0)
        {
            foreach (PacketSlice slice in _slices.AsSpan(0, count))
            {
                ReadOnlySpan<byte> expected = _pattern.AsSpan((int)(Received % PatternBytes), Math.Min(slice.Length, PatternBytes));
                if (!slice.Span.SequenceEqual(expected)) throw new SimulationException(string.Create(CultureInfo.InvariantCulture, $"wrong octets after {Received}"));
                Received += slice.Length;
                slice.Buffer.Release();
            }
        }
        if (_accepted.Error != TransportError.None) throw new SimulationException($"the receiver failed with {_accepted.Error} after {Received} octets");
        if (_accepted.IsEndOfStream) _accepted.Close(_time.Now);
    }
}
