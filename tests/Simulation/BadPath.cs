using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Tests.Simulation;

/// <summary>Two stacks and a bad path between them, on virtual time: some connections send in bulk for a while, and their figures are read.</summary>
internal sealed class BadPath : IDisposable
{
    private const ushort Port = 7000;
    private static readonly byte[] Block = new byte[256 << 10];
    private readonly VirtualTime _time = new();
    private readonly StackNode _sender;
    private readonly StackNode _receiver;
    private readonly SimulatedLink _forth;
    private readonly SimulatedLink _back;
    private readonly List<TcpConnection> _connections = [];
    private readonly Dictionary<ushort, long> _received = [];
    private readonly PacketSlice[] _slices = new PacketSlice[16];
    private TcpListener? _listener;
    private Instant _senderWake = Instant.Never;
    private Instant _receiverWake = Instant.Never;

    public BadPath(LinkConditions forth, LinkConditions back, ulong seed, TcpLayerOptions? options = null)
    {
        SeededRandomSource random = new(seed);
        _sender = new StackNode(IpAddress.Parse("198.18.0.1"), new MacAddress(0x020000000001), options ?? new(), random.Next(), _time.Now);
        _receiver = new StackNode(IpAddress.Parse("198.18.0.2"), new MacAddress(0x020000000002), options ?? new(), random.Next(), _time.Now);
        _forth = new SimulatedLink(_time, random, forth, frame => Act(_receiver, () => _receiver.Deliver(frame, _time.Now))) { TryMark = _sender.TryMark };
        _back = new SimulatedLink(_time, random, back, frame => Act(_sender, () => _sender.Deliver(frame, _time.Now))) { TryMark = _receiver.TryMark };
    }

    public IReadOnlyList<TcpConnection> Connections => _connections;

    public Instant Now => _time.Now;

    /// <summary>Frames of the sender's that were marked on the way.</summary>
    public long Marked => _forth.Marked;

    /// <summary>Octets that the program at the other end has read from the connection.</summary>
    public long Received(TcpConnection connection) => _received.GetValueOrDefault(connection.Local.Port);

    /// <summary>What is done at each step; for figures over time.</summary>
    public Action? Watch { get; set; }

    /// <summary>Opens connections, one for each set of options, all at once.</summary>
    public void Connect(params TcpSocketOptions[] sockets)
    {
        IpEndpoint server = new(_receiver.Address, Port);
        if (_listener is null)
        {
            Check(_receiver.Tcp.Bind(server, PortSharing.Default, out PortBinding? binding));
            Check(_receiver.Tcp.Listen(binding!, 4096, new TcpSocketOptions(), this, out _listener));
        }
        foreach (TcpSocketOptions socket in sockets)
        {
            Check(_sender.Tcp.Connect(null, server, socket, this, _time.Now, out TcpConnection? connection));
            _connections.Add(connection!);
        }
        Settle(_sender);
    }

    public void Run(TimeSpan duration)
    {
        Instant end = _time.Now + duration;
        while (_time.Next != Instant.Never && _time.Next <= end)
        {
            _time.RunNext();
            Watch?.Invoke();
        }
        _time.AdvanceTo(end);
    }

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
    }

    private static void Check(TransportError error)
    {
        if (error != TransportError.None) throw new SimulationException(error.ToString());
    }

    private void Act(StackNode node, Action action)
    {
        action();
        Settle(node);
    }

    private void Settle(StackNode node)
    {
        node.EndEntry(_time.Now);
        while (node.Ready.Take() is { } endpoint)
        {
            endpoint.TakeEvents();
            if (endpoint is TcpListener) Accept();
            else if (endpoint is TcpConnection connection) Serve(node, connection);
            node.EndEntry(_time.Now);
        }
        SimulatedLink link = ReferenceEquals(node, _sender) ? _forth : _back;
        while (node.TryTakeFrame(out byte[] frame)) Cut(frame, link);
        ref Instant wake = ref ReferenceEquals(node, _sender) ? ref _senderWake : ref _receiverWake;
        Instant next = node.NextDeadline;
        if (next >= wake) return;
        wake = next;
        _time.At(next, () => Wake(node, next));
    }

    private static void Cut(byte[] frame, SimulatedLink link)
    {
        if (frame.Length > 1514) throw new SimulationException($"a frame of {frame.Length} octets on a link of 1514");
        link.Send(frame);
    }

    private void Wake(StackNode node, Instant scheduled)
    {
        ref Instant wake = ref ReferenceEquals(node, _sender) ? ref _senderWake : ref _receiverWake;
        if (wake != scheduled) return;
        wake = Instant.Never;
        Act(node, () => node.OnDeadline(_time.Now));
    }

    private void Accept()
    {
        while (_listener!.TryAccept() is { } connection) connection.Owner = this;
    }

    // The sender always has more; the receiver reads whatever is there.
    private void Serve(StackNode node, TcpConnection connection)
    {
        if (ReferenceEquals(node, _sender))
        {
            while (connection.State == TcpState.Established && connection.Send(Block, TcpSendFlags.None, _time.Now, out int taken) == TransportError.None && taken == Block.Length)
            {
            }
            return;
        }
        while (connection.Detach(int.MaxValue, _slices, _time.Now, out int count) == TransportError.None && count > 0)
        {
            foreach (PacketSlice slice in _slices.AsSpan(0, count))
            {
                _received[connection.Remote.Port] = _received.GetValueOrDefault(connection.Remote.Port) + slice.Length;
                slice.Buffer.Release();
            }
        }
    }
}
