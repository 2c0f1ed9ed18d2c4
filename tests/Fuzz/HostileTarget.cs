using System.Buffers.Binary;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.Simulation;
using Xunit;

namespace StackSharp.Tests.Fuzz;

/// <summary>A server with a live connection to a client over a clean link, and an attacker on the same wire.</summary>
internal sealed partial class HostileTarget : IDisposable
{
    private const ushort Port = 7000;
    private static readonly IpAddress ServerAddress = IpAddress.FromIpv4(198, 18, 0, 1);
    private static readonly IpAddress ClientAddress = IpAddress.FromIpv4(198, 18, 0, 2);

    private readonly StackNode _server;
    private readonly StackNode _client;
    private readonly List<byte[]> _seen = [];
    private readonly TcpListener _listener;
    private readonly long _memoryBefore;
    private readonly TcpSocketOptions _options;
    private Instant _now = Instant.FromMilliseconds(1_000_000);
    private TcpConnection? _fromClient;
    private TcpConnection? _atServer;
    private byte _next;

    public HostileTarget(ulong seed, bool timestamps = true)
    {
        _options = new TcpSocketOptions { Timestamps = timestamps };
        Random = new SeededRandomSource(seed);
        _server = new StackNode(ServerAddress, new MacAddress(0x0200_0000_0001), new TcpLayerOptions(), seed + 1, _now);
        _client = new StackNode(ClientAddress, new MacAddress(0x0200_0000_0002), new TcpLayerOptions(), seed + 2, _now);
        IpEndpoint local = new(IpAddress.AnyIpv4, Port);
        Assert.Equal(TransportError.None, _server.Tcp.Bind(local, PortSharing.Default, out PortBinding? binding));
        Assert.Equal(TransportError.None, _server.Tcp.Listen(binding!, 16, _options, this, out TcpListener? listener));
        _listener = listener!;
        Connect();
        for (int i = 0; i < 50; i++) ExchangeData();
        _memoryBefore = GC.GetTotalMemory(forceFullCollection: true);
    }

    public SeededRandomSource Random { get; }

    /// <summary>The connection that the attack found is still there.</summary>
    public bool IsLive => _atServer!.State == TcpState.Established;

    /// <summary>The frame with the checksums that belong to it.</summary>
    public static byte[] Repair(byte[] frame)
    {
        byte[] repaired = (byte[])frame.Clone();
        RepairChecksums(repaired);
        return repaired;
    }

    public void Address(byte[] frame)
    {
        if (frame.Length < 14) return;
        new MacAddress(0x0200_0000_0001).WriteTo(frame);
        frame[6] &= 0xFE;
        frame[12] = 0x08;
        frame[13] = (byte)(Random.Below(4) == 0 ? 0x06 : 0x00);
        if (frame.Length > 34) frame[14] = 0x45;
    }

    public byte[] MutateSeen()
    {
        byte[] frame = (byte[])_seen[(int)Random.Below((uint)_seen.Count)].Clone();
        for (uint i = Random.Below(4) + 1; i > 0; i--)
        {
            // The link header is left alone, mostly: what is dropped there tests nothing above.
            int at = Random.Below(20) == 0 ? (int)Random.Below(14) : Math.Min(14 + (int)Random.Below((uint)frame.Length - 14), frame.Length - 1);
            frame[at] = Random.Below(3) switch { 0 => (byte)Random.Next(), 1 => (byte)(frame[at] ^ (1 << (int)Random.Below(8))), _ => 0xFF };
        }
        if (Random.Below(3) == 0) frame = frame[..(int)Random.Below((uint)frame.Length + 1)];
        if (Random.Below(2) == 0) RepairChecksums(frame);
        return frame;
    }

    /// <exception cref="SimulationException">The stack threw: with the frame, as it would stand in the corpus.</exception>
    public void Attack(byte[] frame)
    {
        _now += TimeSpan.FromMicroseconds(20);
        if (_recent.Count == RecentFrames) _recent.Dequeue();
        _recent.Enqueue(Shift(frame, toLive: false));
        try
        {
            _server.Deliver(frame, _now);
            Deadlines();
        }
        catch (Exception exception)
        {
            throw new SimulationException($"{exception.Message}\n{FrameFile.Format("What this is, and which fault it stands for.", [_recent.Last()])}", exception);
        }
        // What the attack makes the server say goes nowhere: the attacker does not listen.
        while (_server.TryTakeFrame(out _))
        {
        }
    }

    /// <summary>
    /// One octet over the live connection. The attacker has seen its frames, so he may hit on a sequence number and end it, or slip
    /// an octet in: then a new one is opened, which must work at once.
    /// </summary>
    public void ExchangeData()
    {
        if (TryExchange()) return;
        Connect();
        Assert.True(TryExchange(), $"A connection opened after the attack does not carry what is sent. {DescribeRecent()}");
    }

    private bool TryExchange()
    {
        if (_fromClient!.State != TcpState.Established || _atServer!.State != TcpState.Established) return false;
        byte octet = _next++;
        if (_fromClient.Send([octet], TcpSendFlags.None, _now, out _) != TransportError.None) return false;
        Span<byte> received = stackalloc byte[1];
        for (int i = 0; i < 10_000; i++)
        {
            Exchange();
            TransportError error = _atServer!.Receive(received, peek: false, _now, out int count);
            if (count == 1) return received[0] == octet;
            if (error != TransportError.WouldBlock) return false;
            _now += TimeSpan.FromMilliseconds(1);
            Deadlines();
        }
        return false;
    }

    public void CheckHealth()
    {
        _now += TimeSpan.FromMinutes(10);
        Deadlines();
        Exchange();
        Connect();
        ExchangeData();
        long growth = GC.GetTotalMemory(forceFullCollection: true) - _memoryBefore;
        Assert.True(growth < 32 << 20, $"{growth} octets of managed memory stay behind.");
        Assert.True(_server.Stack.OutstandingBuffers < 2000, $"{_server.Stack.OutstandingBuffers} buffers are held.");
        Assert.Equal(0, _server.End(_now));
        Assert.Equal(0, _client.End(_now));
    }

    public void Dispose()
    {
        _server.Dispose();
        _client.Dispose();
    }

    private void Connect()
    {
        while (_listener.TryAccept() is { } stray) stray.Abort(_now);
        _fromClient?.Abort(_now);
        _atServer?.Abort(_now);
        Exchange();
        IpEndpoint server = new(ServerAddress, Port);
        Assert.Equal(TransportError.None, _client.Tcp.Connect(null, server, _options, this, _now, out _fromClient));
        ushort port = _fromClient!.Local.Port;
        _atServer = null;
        for (int i = 0; i < 60_000 && _atServer is null; i++)
        {
            Exchange();
            while (_listener.TryAccept() is { } connection)
            {
                if (connection.Remote == new IpEndpoint(ClientAddress, port)) (_atServer = connection).Owner = this;
                else connection.Abort(_now);
            }
            _now += TimeSpan.FromMilliseconds(1);
            Deadlines();
        }
        Assert.True(_atServer is not null, $"No connection can be opened after the attack. {DescribeRecent()}");
    }

    private void Exchange()
    {
        bool moved = true;
        while (moved)
        {
            moved = false;
            while (_client.TryTakeFrame(out byte[] frame))
            {
                Note(frame);
                _server.Deliver(frame, _now);
                moved = true;
            }
            while (_server.TryTakeFrame(out byte[] frame))
            {
                _client.Deliver(frame, _now);
                moved = true;
            }
        }
    }

    private void Note(byte[] frame)
    {
        Learn(frame);
        if (_seen.Count < 256) _seen.Add((byte[])frame.Clone());
        else _seen[(int)Random.Below(256)] = (byte[])frame.Clone();
    }

    private void Deadlines()
    {
        if (_server.NextDeadline <= _now) _server.OnDeadline(_now);
        if (_client.NextDeadline <= _now) _client.OnDeadline(_now);
    }

    // Half of the mutants get past the checksums, to where the state machines are.
    private static void RepairChecksums(byte[] frame)
    {
        if (frame.Length < 34 || frame[12] != 8 || frame[13] != 0) return;
        int header = (frame[14] & 15) * 4;
        if (header < 20 || frame.Length < 14 + header) return;
        Span<byte> ip = frame.AsSpan(14);
        ip[10] = ip[11] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], InternetChecksum.Finish(InternetChecksum.Sum(ip[..header])));
        int total = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(ip[2..]), ip.Length);
        if (ip[9] != (byte)IpProtocol.Tcp || total < header + 20) return;
        Span<byte> segment = ip[header..total];
        TcpHeaderWriter.SetChecksum(segment, 0);
        TcpHeaderWriter.FillChecksum(segment, IpAddress.FromBytes(ip.Slice(12, 4)), IpAddress.FromBytes(ip.Slice(16, 4)));
    }
}
