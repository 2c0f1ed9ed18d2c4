using System.Buffers.Binary;
using System.IO;
using System.Runtime.InteropServices;
using StackSharp.Packetdrill;
using StackSharp.Packetdrill.Wire;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.TestKit.Packets;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Packetdrill;

/// <summary>Stands in for packetdrill: calls the adapter's table as C would, and speaks of packets in its notation.</summary>
internal sealed unsafe class ScriptedTool : IDisposable
{
    public const ushort LocalPort = 8080;
    public const ushort PeerPort = 40_000;
    public static readonly IpEndpoint Local = new(IpAddress.FromIpv4(192, 168, 0, 1), LocalPort);
    public static readonly IpEndpoint Peer = new(IpAddress.FromIpv4(192, 0, 2, 1), PeerPort);
    private const int LargestPacket = 65536;
    private readonly string _settings = Directory.CreateTempSubdirectory("stacksharp-settings").FullName;
    private readonly byte* _buffer = (byte*)NativeMemory.AllocZeroed(LargestPacket);
    private readonly Session _session;
    private uint _localIsn;
    private ushort _peerPort = PeerPort;
    private ushort _ownPort = LocalPort;

    public ScriptedTool()
    {
        Table = (InterfaceTable*)NativeMemory.AllocZeroed((nuint)sizeof(InterfaceTable));
        _session = new Session(AdapterFlags.Parse($"local=192.168.0.1/16,mtu=1500,settings={_settings}"));
        Callbacks.Fill(Table, _session);
        Set("tcp_rmem", "4096 540000 15728640");
    }

    public InterfaceTable* Table { get; }

    /// <summary>What the C library's errno was after the latest call that failed.</summary>
    public int Errno { get; private set; }

    /// <summary>When the packet that was looked at last was sent, in microseconds.</summary>
    public long SentAt { get; private set; }

    /// <summary>The clock, which looking at moves.</summary>
    public long Now
    {
        get
        {
            long* time = stackalloc long[2];
            Assert.Equal(0, Table->GetTime(Table->UserData, time, 0));
            return time[0] * 1_000_000 + time[1];
        }
    }

    /// <summary>Port from which the next SYN comes.</summary>
    public ushort PeerPortOfNext
    {
        set => _peerPort = value;
    }

    /// <summary>Sets what stands in for a sysctl.</summary>
    public void Set(string name, string value) => File.WriteAllText(Path.Combine(_settings, name), value + "\n");

    public int Socket(int domain = 2, int type = 1) => Checked(Table->Socket(Table->UserData, domain, type, 6));

    public int NonBlockingSocket() => Socket(type: 1 | 0x800);

    /// <summary>A socket that listens on the local address.</summary>
    public int Listen(int backlog = 1, int type = 1)
    {
        int socket = Socket(type: type);
        Assert.Equal(0, Bind(socket));
        Assert.Equal(0, Checked(Table->Listen(Table->UserData, socket, backlog)));
        return socket;
    }

    public int Bind(int socket) => WithAddress(Local, (address, length) => Table->Bind(Table->UserData, socket, address, length));

    public int Connect(int socket) => WithAddress(Peer with { Port = LocalPort }, (address, length) => Table->Connect(Table->UserData, socket, address, length));

    public int Disconnect(int socket)
    {
        byte* address = stackalloc byte[128];
        return Checked(Table->Connect(Table->UserData, socket, address, 128));
    }

    public int Accept(int socket) => Accept(socket, out _);

    /// <param name="address">As much as was filled in.</param>
    public int Accept(int socket, out byte[] address)
    {
        byte* room = stackalloc byte[28];
        uint length = 28;
        int accepted = Checked(Table->Accept(Table->UserData, socket, room, &length));
        address = accepted < 0 ? [] : new ReadOnlySpan<byte>(room, (int)length).ToArray();
        return accepted;
    }

    public int Read(int socket, int octets) => (int)Checked(Table->Read(Table->UserData, socket, _buffer, (nuint)octets));

    public int Write(int socket, int octets) => Send(socket, octets, 0);

    public int Send(int socket, int octets, int flags)
    {
        byte[] zeros = new byte[octets];
        fixed (byte* start = zeros) return (int)Checked(Table->Send(Table->UserData, socket, start, (nuint)octets, flags));
    }

    public int Close(int socket) => Checked(Table->Close(Table->UserData, socket));

    public int Shutdown(int socket, int how) => Checked(Table->Shutdown(Table->UserData, socket, how));

    public int SetOption(int socket, int level, int name, int value) =>
        Checked(Table->SetOption(Table->UserData, socket, level, name, (byte*)&value, sizeof(int)));

    public int GetOption(int socket, int level, int name)
    {
        int value = -1;
        uint length = sizeof(int);
        Assert.Equal(0, Checked(Table->GetOption(Table->UserData, socket, level, name, (byte*)&value, &length)));
        Assert.Equal((uint)sizeof(int), length);
        return value;
    }

    /// <summary>TCP_INFO: the 280 octets that the tool offers.</summary>
    public byte[] Information(int socket)
    {
        byte[] information = new byte[280];
        information.AsSpan().Fill(0xEE);
        uint length = (uint)information.Length;
        fixed (byte* start = information) Assert.Equal(0, Checked(Table->GetOption(Table->UserData, socket, 6, 11, start, &length)));
        Assert.Equal((uint)information.Length, length);
        return information;
    }

    public int InformationField(int socket, int offset) => BinaryPrimitives.ReadInt32LittleEndian(Information(socket).AsSpan(offset));

    /// <returns>poll's result; <paramref name="found"/> what it found for the one socket.</returns>
    public int Poll(int socket, int events, int timeoutMilliseconds, out int found)
    {
        PollEntry entry = new() { Descriptor = socket, Events = (short)events };
        int ready = Checked(Table->Poll(Table->UserData, &entry, 1, timeoutMilliseconds));
        found = entry.Returned;
        return ready;
    }

    public void Sleep(TimeSpan duration) => Assert.Equal(0, Table->Sleep(Table->UserData, (uint)duration.TotalMicroseconds));

    /// <summary>A packet from the peer.</summary>
    public void Inject(string line)
    {
        byte[] packet = Packet(line);
        fixed (byte* start = packet) Assert.Equal(0, Table->SendPacket(Table->UserData, start, (nuint)packet.Length));
    }

    /// <summary>The next packet that the stack sends. A SYN's numbers count as 0.</summary>
    public void Expect(string line)
    {
        byte[] packet = TakePacket();
        Assert.True(packet.Length > 0, $"Expected '{line}', but nothing was sent.");
        Assert.True(Ipv4Header.TryParse(packet, out Ipv4Header header), "A malformed IPv4 header was sent.");
        Assert.True(TcpHeader.TryParse(header.Payload, out TcpHeader tcp), "A malformed TCP header was sent.");
        Assert.True(tcp.IsChecksumValid(header.Source, header.Destination), "A bad TCP checksum was sent.");
        Assert.Equal(Peer.Address, header.Destination);
        if (tcp.Has(TcpControlBits.Syn)) _localIsn = tcp.Sequence.Value;
        if (tcp.Has(TcpControlBits.Syn)) (_ownPort, _peerPort) = (tcp.SourcePort, tcp.DestinationPort);
        PacketLine expected = PacketLine.Parse(line);
        PacketLine actual = SegmentText.Describe(header.Payload, default, PacketDirection.Expect, _localIsn, 0);
        string? mismatch = expected.Mismatch(actual);
        Assert.True(mismatch is null, $"Expected '{line}', got '{actual}': {mismatch}.");
    }

    /// <summary>The oldest packet not looked at; empty: none will come.</summary>
    public byte[] TakePacket()
    {
        nuint length = LargestPacket;
        long time;
        Assert.Equal(0, Table->ReceivePacket(Table->UserData, _buffer, &length, &time));
        SentAt = time;
        return new ReadOnlySpan<byte>(_buffer, (int)length).ToArray();
    }

    /// <summary>The handshake of a connection that the peer opens, up to and with accept.</summary>
    public int Establish(int listener, string options = "mss 1000,nop,wscale 7", int window = 257)
    {
        Inject($"+0 < S 0:0(0) win 32792 <{options}>");
        Expect("+0 > S. 0:0(0) ack 1 <...>");
        Inject($"+0 < . 1:1(0) ack 1 win {window}");
        return Accept(listener);
    }

    public void Dispose()
    {
        Table->Free(Table->UserData);
        NativeMemory.Free(Table);
        NativeMemory.Free(_buffer);
        Directory.Delete(_settings, recursive: true);
    }

    private byte[] Packet(string line)
    {
        byte[] segment = SegmentText.Build(PacketLine.Parse(line), _peerPort, _ownPort, 0, _localIsn);
        TcpHeaderWriter.FillChecksum(segment, Peer.Address, Local.Address);
        return PacketBuilder.Ipv4(Peer.Address, Local.Address, IpProtocol.Tcp, segment);
    }

    private int WithAddress(IpEndpoint endpoint, AddressCall call)
    {
        byte* address = stackalloc byte[16];
        uint length = 16;
        SocketAddress.Write(endpoint, SocketAddress.Ipv4, address, &length);
        return Checked(call(address, length));
    }

    private T Checked<T>(T result)
        where T : System.Numerics.IBinaryInteger<T>
    {
        if (T.IsNegative(result)) Errno = Marshal.GetLastSystemError();
        return result;
    }

    private delegate int AddressCall(byte* address, uint length);
}
