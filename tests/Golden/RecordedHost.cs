using System.Buffers.Binary;
using System.Text;
using StackSharp.Stack;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Golden;

/// <summary>
/// A stack in the place of the host that a capture's frames were sent to, in the capture's time. Where the peer acknowledges what the recorded
/// host sent, its numbers are moved to what the stack has sent instead: its sequence number at the beginning and its clock are its own.
/// </summary>
internal sealed class RecordedHost : IDisposable
{
    public static readonly IpAddress Own = IpAddress.FromIpv4(198, 18, 0, 2);
    public static readonly IpAddress Peer = IpAddress.FromIpv4(198, 18, 0, 1);
    public static readonly MacAddress OwnMac = new(0x02_00_00_00_00_02);
    public static readonly MacAddress PeerMac = new(0x02_00_00_00_00_01);

    private readonly IpAddress _own;
    private readonly NetworkInterface _device;
    private readonly NetworkInterface _interface;
    private readonly TcpListener? _listener;
    private readonly TransmitFrame[] _frames = new TransmitFrame[16];
    private readonly Dictionary<ushort, uint> _recordedStarts = [];
    private readonly Dictionary<ushort, SegmentFacts> _starts = [];
    private readonly Dictionary<TcpConnection, StringBuilder> _received = [];
    private readonly Instant _origin = Instant.FromMilliseconds(1000);
    private uint _clock;

    /// <param name="port">Where TCP connections are accepted; 0: nowhere.</param>
    /// <param name="vlan">The VLAN that the address belongs to; 0: none.</param>
    public RecordedHost(ushort port = 0, ushort vlan = 0, IpPrefix? own = null, MacAddress? mac = null)
    {
        IpPrefix prefix = own ?? new IpPrefix(Own, 24);
        _own = prefix.Address;
        Stack = new NetworkStack(new NetworkStackOptions { DebugBuffers = true, PadShortFrames = false }, new SeededRandomSource(7));
        _device = Stack.AddInterface(new LinkDeviceInfo("golden", LinkMedium.Ethernet, mac ?? OwnMac, 1500, 65536 + EthernetHeader.MaximumSize), Now);
        _interface = vlan == 0 ? _device : Stack.AddVlanInterface(_device, vlan, Now);
        Stack.AddAddress(_interface, prefix, Now);
        _interface.Neighbors.AddStatic(Peer, PeerMac);
        if (port != 0)
        {
            Assert.Equal(TransportError.None, Stack.Tcp.Bind(new IpEndpoint(IpAddress.AnyIpv4, port), PortSharing.Default, out PortBinding? binding));
            Assert.Equal(TransportError.None, Stack.Tcp.Listen(binding!, 16, new TcpSocketOptions(), this, out _listener));
        }

        // Its announcements are over when the capture begins.
        _origin += TimeSpan.FromSeconds(10);
        RunUntil(_origin);
        TakeFrames();
    }

    public NetworkStack Stack { get; }

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1000);

    /// <summary>The connections that were accepted, in that order.</summary>
    public IReadOnlyList<TcpConnection> Accepted => [.. _received.Keys];

    /// <summary>What the program got from a connection so far.</summary>
    public string Received(TcpConnection connection) => _received[connection].ToString();

    /// <summary>The urgent octets that were taken out of the streams.</summary>
    public string Urgent { get; private set; } = "";

    /// <summary>Plays the peer's frames, and lets another second pass after the last.</summary>
    /// <returns>What the stack sent.</returns>
    public IReadOnlyList<byte[]> Play(IReadOnlyList<RecordedFrame> frames)
    {
        foreach (SegmentFacts segment in frames.Select(frame => SegmentFacts.From(frame.Bytes)).OfType<SegmentFacts>())
            if (segment.Source == _own && segment.Has(TcpControlBits.Syn | TcpControlBits.Ack)) _recordedStarts[segment.DestinationPort] = segment.Sequence;
        List<byte[]> answers = [];
        foreach (RecordedFrame frame in frames)
        {
            Assert.True(EthernetHeader.TryParse(frame.Bytes, out EthernetHeader ethernet));
            if (ethernet.Source != PeerMac) continue;
            RunUntil(_origin + frame.At);
            answers.AddRange(TakeFrames());
            Deliver(Translate(frame.Bytes));
            answers.AddRange(TakeFrames());
        }

        RunUntil(Now + TimeSpan.FromSeconds(1));
        answers.AddRange(TakeFrames());
        return answers;
    }

    /// <summary>The frames that wait to be sent.</summary>
    public IReadOnlyList<byte[]> TakeFrames()
    {
        Serve();
        Stack.OnEntryEnd(Now);
        List<byte[]> frames = [];
        while (_device.TransmitQueue.Dequeue(_frames) is > 0 and int count)
        {
            foreach (TransmitFrame frame in _frames.AsSpan(0, count))
            {
                byte[] octets = new byte[frame.Length];
                frame.CopyTo(octets);
                frame.Release();
                frames.Add(octets);
                if (SegmentFacts.From(octets) is not { } sent) continue;
                _clock = sent.TimestampValue;
                if (sent.Has(TcpControlBits.Syn)) _starts[sent.DestinationPort] = sent;
            }
        }

        return frames;
    }

    /// <summary>Ends the stack and looks for what it has not given back (INV-7).</summary>
    public void Dispose()
    {
        Stack.Dispose();
        Assert.True(Stack.OutstandingBuffers == 0, $"{Stack.OutstandingBuffers} buffers are still out: {string.Join(", ", Stack.OutstandingBufferOwners)}");
    }

    private void RunUntil(Instant moment)
    {
        while (Stack.NextDeadline <= moment)
        {
            Now = Instant.Max(Now, Stack.NextDeadline);
            Stack.OnDeadline(Now);
        }

        Now = Instant.Max(Now, moment);
    }

    private void Deliver(byte[] frame)
    {
        PacketBuffer buffer = Stack.RentReceiveBuffer(_device)!;
        frame.CopyTo(buffer.Storage);
        buffer.SetRange(0, frame.Length);
        Stack.OnFrames(_device, [buffer], Now);
        buffer.Release();
    }

    // What a program would do: accept, read all there is, and close after the peer.
    private void Serve()
    {
        while (_listener?.TryAccept() is { } accepted)
        {
            accepted.Owner = this;
            _received.Add(accepted, new StringBuilder());
        }

        Span<byte> octets = stackalloc byte[4096];
        foreach ((TcpConnection connection, StringBuilder text) in _received)
        {
            TransportError error;
            int count;
            while ((error = connection.Receive(octets, peek: false, Now, out count)) == TransportError.None && count > 0) text.Append(Encoding.Latin1.GetString(octets[..count]));
            if (connection.ReceiveUrgent(peek: false, out byte octet) == TransportError.None) Urgent += (char)octet;
            if (error == TransportError.None && connection.State == TcpState.CloseWait) connection.Close(Now);
        }
    }

    private byte[] Translate(byte[] frame)
    {
        if (SegmentFacts.From(frame) is not { } segment || !segment.Has(TcpControlBits.Ack)) return frame;
        if (!_starts.TryGetValue(segment.SourcePort, out SegmentFacts? start) || !_recordedStarts.TryGetValue(segment.SourcePort, out uint recorded)) return frame;
        byte[] translated = (byte[])frame.Clone();
        Assert.True(EthernetHeader.TryParse(frame, out EthernetHeader ethernet));
        Assert.True(Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip));
        Span<byte> octets = translated.AsSpan(frame.Length - ethernet.Payload.Length + ip.HeaderLength, ip.Payload.Length);
        BinaryPrimitives.WriteUInt32BigEndian(octets[8..], unchecked(segment.Acknowledgment - recorded + start.Sequence));
        if (segment.HasTimestamps)
        {
            // Linux lays them out as RFC 7323 appendix A says: TSecr ends the option.
            int echo = TcpHeader.MinimumSize + 8;
            Assert.Equal(segment.TimestampEcho, BinaryPrimitives.ReadUInt32BigEndian(octets[echo..]));
            BinaryPrimitives.WriteUInt32BigEndian(octets[echo..], _clock);
        }

        TcpHeaderWriter.SetChecksum(octets, 0);
        TcpHeaderWriter.FillChecksum(octets, ip.Source, ip.Destination);
        return translated;
    }
}
