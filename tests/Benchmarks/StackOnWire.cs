using System.Buffers.Binary;
using StackSharp.Stack;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Benchmarks;

/// <summary>A stack with one established connection, whose peer's segments are one buffer: only its numbers change from one to the next, so that
/// making them costs next to nothing.</summary>
internal sealed class StackOnWire : IDisposable
{
    private const int SynOptionBytes = 8;
    private const int MaximumSegmentBytes = 1460;
    private const int EtherTypeInHeader = SegmentFrame.Ipv4Offset - sizeof(ushort);
    private const int TotalLengthInHeader = SegmentFrame.Ipv4Offset + 2;
    private const int SequenceInHeader = SegmentFrame.TcpOffset + 4;
    private const int AcknowledgmentInHeader = SegmentFrame.TcpOffset + 8;
    private const int DataOffsetInHeader = SegmentFrame.TcpOffset + 12;
    private static readonly TimeSpan BetweenSegments = TimeSpan.FromMicroseconds(10);

    private readonly NetworkInterface _interface;
    private readonly PacketBuffer[] _arrival = new PacketBuffer[1];
    private readonly TransmitFrame[] _sent = new TransmitFrame[16];
    private readonly int _textBytes;
    private SequenceNumber _next = new(1);
    private SequenceNumber _acknowledged;

    /// <param name="textBytes">Octets in each of the peer's segments. Above one segment's worth the device is one that merges segments and
    /// vouches for checksums, as a TAP with segmentation offload is.</param>
    /// <param name="options">The connection's.</param>
    public StackOnWire(int textBytes, in TcpSocketOptions options)
    {
        _textBytes = textBytes;
        bool merges = textBytes > MaximumSegmentBytes;
        Stack = new NetworkStack(new NetworkStackOptions(), new SeededRandomSource(1));
        _interface = Stack.AddInterface(WireEnds.Device(merges ? 65_549 : 1514), Now);
        Stack.AddAddress(_interface, new IpPrefix(WireEnds.Own, 24), Now);
        _interface.Neighbors.AddStatic(WireEnds.Peer, WireEnds.PeerMac);
        TakeSent();   // The address is announced.
        Connection = Establish(options);
        _arrival[0] = Stack.RentReceiveBuffer(_interface)!;
        SetText(_arrival[0], SegmentFrame.HeaderBytes + textBytes);
        if (merges) _arrival[0].Offload = new ReceiveOffload(ChecksumVerified: true, MaximumSegmentBytes);
    }

    public NetworkStack Stack { get; }

    public TcpConnection Connection { get; }

    public Instant Now { get; private set; }

    /// <summary>The peer's next segment arrives; it acknowledges all that the stack has sent.</summary>
    public void Deliver()
    {
        Now += BetweenSegments;
        SegmentFrame.Renumber(_arrival[0].Span, _next, _acknowledged);
        _next += (uint)_textBytes;
        Stack.OnFrames(_interface, _arrival, Now);
        while (Stack.Ready.Take() is { } ready) ready.TakeEvents();
    }

    /// <summary>What a host does before it leaves the stack, and after: timers, and the frames to the device.</summary>
    /// <returns>Octets of frames sent.</returns>
    public int TakeSent()
    {
        Stack.OnEntryEnd(Now);
        if (Stack.NextDeadline <= Now) Stack.OnDeadline(Now);
        int octets = 0;
        for (int count; (count = _interface.TransmitQueue.Dequeue(_sent)) > 0;)
        {
            foreach (TransmitFrame frame in _sent.AsSpan(0, count))
            {
                octets += frame.Length;
                Acknowledge(frame);
                frame.Release();
            }
        }
        return octets;
    }

    public void Dispose()
    {
        _arrival[0].Release();
        Connection.Abort(Now);
        TakeSent();
        Stack.Dispose();
    }

    private TcpConnection Establish(in TcpSocketOptions options)
    {
        Stack.Tcp.Bind(new IpEndpoint(WireEnds.Own, WireEnds.OwnPort), PortSharing.Default, out PortBinding? binding);
        Stack.Tcp.Listen(binding!, 1, options, this, out TcpListener? listener);
        PacketBuffer frame = Stack.RentReceiveBuffer(_interface)!;
        frame.SetRange(0, SegmentFrame.HeaderBytes + SynOptionBytes);
        TcpOptionWriter writer = new(frame.Span[SegmentFrame.HeaderBytes..]);
        writer.MaximumSegmentSize(MaximumSegmentBytes);
        writer.NoOperation();
        writer.WindowScale(7);
        SegmentFrame.Write(frame.Span, TcpControlBits.Syn, new SequenceNumber(0), default, SynOptionBytes);
        Stack.OnFrames(_interface, [frame], Now);
        _interface.TransmitQueue.Dequeue(_sent.AsSpan(0, 1));
        _acknowledged = Number(_sent[0], SequenceInHeader) + 1u;
        bool isAnswered = Number(_sent[0], AcknowledgmentInHeader) == _next;
        _sent[0].Release();
        frame.SetRange(0, SegmentFrame.HeaderBytes);
        SegmentFrame.Write(frame.Span, TcpControlBits.Ack, _next, _acknowledged);
        Stack.OnFrames(_interface, [frame], Now);
        frame.Release();
        TcpConnection? connection = listener!.TryAccept();
        if (!isAnswered || connection is null) throw new InvalidOperationException("The handshake failed: there is nothing to measure.");
        connection.Owner = this;
        return connection;
    }

    private void SetText(PacketBuffer frame, int length)
    {
        frame.SetRange(0, length);
        new SeededRandomSource(2).Fill(frame.Span);
        SegmentFrame.Write(frame.Span, TcpControlBits.Ack | TcpControlBits.Psh, _next, _acknowledged);
    }

    private void Acknowledge(TransmitFrame frame)
    {
        if (BinaryPrimitives.ReadUInt16BigEndian(frame.Header[EtherTypeInHeader..]) != (ushort)EtherType.Ipv4) return;   // ARP announces addresses twice.
        _acknowledged = SequenceNumber.Max(_acknowledged, Number(frame, SequenceInHeader) + (uint)TextLength(frame.Header));
    }

    // By the lengths in the headers, since short frames are padded.
    private static int TextLength(ReadOnlySpan<byte> header)
    {
        int headers = Ipv4Header.MinimumSize + ((header[DataOffsetInHeader] >> 4) * sizeof(uint));
        return BinaryPrimitives.ReadUInt16BigEndian(header[TotalLengthInHeader..]) - headers;
    }

    private static SequenceNumber Number(TransmitFrame frame, int offset) => new(BinaryPrimitives.ReadUInt32BigEndian(frame.Header[offset..]));
}
