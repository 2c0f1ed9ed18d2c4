using System.Buffers.Binary;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using Xunit;

namespace StackSharp.Tests.Fuzz;

/// <summary>
/// The frames of the corpus know no live connection. Those between <see cref="StandInPort"/> and the server's port stand for one: aimed,
/// they get its port, and its sequence numbers are added to theirs, so that 0 is the next octet that the server expects, or the first
/// that it wants acknowledged. What had a valid checksum has one afterwards.
/// </summary>
internal sealed partial class HostileTarget
{
    /// <summary>The client's port in frames of the corpus.</summary>
    public const ushort StandInPort = 50000;

    private const int RecentFrames = 8;
    private const int QuotedOctets = 8;
    private const int Text = 3000;

    private readonly Queue<byte[]> _recent = new();
    private readonly List<byte[]> _withheld = [];
    private ushort _livePort;
    private SequenceNumber _serverExpects;
    private SequenceNumber _serverUnacknowledged;

    /// <summary>Turns a frame of the corpus on the live connection.</summary>
    public byte[] Aim(byte[] frame) => Shift(frame, toLive: true);

    /// <summary>
    /// Puts the server's end of the connection into the state where there is most to break: octets sent and not acknowledged, and
    /// octets received behind a hole.
    /// </summary>
    public void Engage()
    {
        ExchangeData();
        Exchange();
        Assert.Equal(TransportError.None, _atServer!.Send(new byte[Text], TcpSendFlags.None, _now, out int sent));
        Assert.Equal(Text, sent);
        while (_server.TryTakeFrame(out byte[] frame)) _withheld.Add(frame);
        int fromServer = _withheld.Count;
        Assert.True(fromServer > 1);
        SequenceNumber expected = _serverExpects;
        Assert.Equal(TransportError.None, _fromClient!.Send(new byte[Text], TcpSendFlags.None, _now, out sent));
        Assert.Equal(Text, sent);
        for (bool isFirst = true; _client.TryTakeFrame(out byte[] frame); isFirst = false)
        {
            if (isFirst) _withheld.Insert(0, frame);
            else _server.Deliver(frame, _now);
        }

        while (_server.TryTakeFrame(out byte[] frame)) _withheld.Add(frame);
        Assert.Equal(expected, _serverExpects);
    }

    /// <summary>Lets go what <see cref="Engage"/> held back: the same connection has to carry it all to its end, octet by octet.</summary>
    public void Disengage()
    {
        Assert.True(_atServer!.State == TcpState.Established, $"The connection is {_atServer.State} after the attack. {DescribeRecent()}");
        _server.Deliver(_withheld[0], _now);
        foreach (byte[] frame in _withheld.Skip(1)) _client.Deliver(frame, _now);
        _withheld.Clear();
        Exchange();
        Assert.True(Drain(_fromClient!) == Text && Drain(_atServer!) == Text, $"What was under way has not arrived as it was sent. {DescribeRecent()}");
        Assert.True(TryExchange(), $"The connection does not carry what is sent after the attack. {DescribeRecent()}");
    }

    // Zero octets in order, and none else.
    private int Drain(TcpConnection connection)
    {
        byte[] octets = new byte[2 * Text];
        int total = 0;
        for (int i = 0; i < 10_000 && total < Text; i++)
        {
            TransportError error = connection.Receive(octets.AsSpan(total), peek: false, _now, out int count);
            if (error == TransportError.None && count > 0)
            {
                total += count;
                continue;
            }

            if (error != TransportError.WouldBlock) return -1;
            _now += TimeSpan.FromMilliseconds(1);
            Deadlines();
            Exchange();
        }

        return octets.AsSpan().ContainsAnyExcept((byte)0) ? -1 : total;
    }

    private string DescribeRecent() => $"The last frames of the attack:\n{FrameFile.Format("What this is, and which fault it stands for.", _recent)}";

    private void Learn(byte[] frame)
    {
        if (!EthernetHeader.TryParse(frame, out EthernetHeader ethernet) || ethernet.EtherType != EtherType.Ipv4) return;
        if (!Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip, verifyChecksum: false) || ip.Protocol != IpProtocol.Tcp) return;
        if (!TcpHeader.TryParse(ip.Payload, out TcpHeader tcp) || tcp.SourcePort != _fromClient?.Local.Port) return;
        _livePort = tcp.SourcePort;
        _serverExpects = tcp.Sequence + tcp.SequenceLength;
        _serverUnacknowledged = tcp.Acknowledgment;
    }

    private byte[] Shift(byte[] frame, bool toLive)
    {
        byte[] shifted = (byte[])frame.Clone();
        if (!EthernetHeader.TryParse(frame, out EthernetHeader ethernet) || ethernet.EtherType != EtherType.Ipv4 || ethernet.TagCount > 0) return shifted;
        if (!Ipv4Header.TryParseQuoted(ethernet.Payload, out Ipv4Header ip)) return shifted;
        Span<byte> payload = shifted.AsSpan(EthernetHeader.Size + ip.HeaderLength, ip.Payload.Length);
        if (ip.Protocol == IpProtocol.Tcp && ip.FragmentOffset == 0) ShiftSegment(payload, ip.Source, ip.Destination, toLive);
        if (ip.Protocol == IpProtocol.Icmp) ShiftQuotation(payload, toLive);
        return shifted;
    }

    private void ShiftSegment(Span<byte> segment, in IpAddress source, in IpAddress destination, bool toLive)
    {
        if (segment.Length < QuotedOctets || BinaryPrimitives.ReadUInt16BigEndian(segment[2..]) != Port) return;
        uint seed = InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, segment.Length);
        bool isValid = InternetChecksum.Finish(InternetChecksum.Sum(segment, seed)) == 0;
        if (!ShiftPort(segment, toLive)) return;
        ShiftNumber(segment[4..], _serverExpects, toLive);
        if (segment.Length >= 12) ShiftNumber(segment[8..], _serverUnacknowledged, toLive);
        if (!isValid || segment.Length < TcpHeader.MinimumSize) return;
        TcpHeaderWriter.SetChecksum(segment, 0);
        TcpHeaderWriter.FillChecksum(segment, source, destination);
    }

    // An error quotes what the server sent: its port stands first, and its sequence number is one of ours.
    private void ShiftQuotation(Span<byte> message, bool toLive)
    {
        if (message.Length < Icmpv4Header.Size || !Ipv4Header.TryParseQuoted(message[Icmpv4Header.Size..], out Ipv4Header quoted)) return;
        if (quoted.Protocol != IpProtocol.Tcp || quoted.Payload.Length < QuotedOctets) return;
        bool isValid = InternetChecksum.Finish(InternetChecksum.Sum(message)) == 0;
        Span<byte> segment = message.Slice(Icmpv4Header.Size + quoted.HeaderLength, quoted.Payload.Length);
        if (BinaryPrimitives.ReadUInt16BigEndian(segment) != Port || !ShiftPort(segment[2..], toLive)) return;
        ShiftNumber(segment[4..], _serverUnacknowledged, toLive);
        if (!isValid) return;
        message[2] = message[3] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Finish(InternetChecksum.Sum(message)));
    }

    private bool ShiftPort(Span<byte> field, bool toLive)
    {
        (ushort from, ushort to) = toLive ? (StandInPort, _livePort) : (_livePort, StandInPort);
        if (BinaryPrimitives.ReadUInt16BigEndian(field) != from) return false;
        BinaryPrimitives.WriteUInt16BigEndian(field, to);
        return true;
    }

    private static void ShiftNumber(Span<byte> field, SequenceNumber origin, bool toLive)
    {
        uint number = BinaryPrimitives.ReadUInt32BigEndian(field);
        BinaryPrimitives.WriteUInt32BigEndian(field, unchecked(toLive ? number + origin.Value : number - origin.Value));
    }
}
