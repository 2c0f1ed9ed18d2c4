using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Ecn;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>SYNs that are answered and not remembered (RFC 4987 §3.6).</content>
public sealed partial class TcpLayer
{
    private SynCookies? _synCookies;

    private SynCookies SynCookies => _synCookies ??= new SynCookies(_random);

    /// <summary>Answers a SYN by a SYN-ACK that holds all there is to know of it.</summary>
    internal void SendSynCookie(TcpSocketOptions socket, in TcpHeader header, in TcpSegmentOptions options, in TransportDatagram datagram, Instant now)
    {
        Network.TryGetPathForOnce(datagram.Destination, datagram.Source, out TransportPath? path);
        if (path is null) return;
        TransmitFrame? frame = Network.TryRentFrame();
        if (frame is null) return;
        IpEndpoint local = new(datagram.Destination, header.DestinationPort);
        IpEndpoint remote = new(datagram.Source, header.SourcePort);
        SynOffer syn = WhatCounts(SynOffer.From(header, options), socket) with { Ecn = EcnOf(header, options, socket) };
        uint code = SynCookies.Code(syn);
        SequenceNumber cookie = SynCookies.Make(local, remote, syn, code, now);
        uint clock = unchecked((uint)(now.Nanoseconds / 1_000_000) + SequenceNumbers.TimestampOffset(local, remote));
        SynOptions reply = new()
        {
            MaximumSegmentSize = (ushort)TcpConnection.AdvertisableMss(path, socket),
            SackPermitted = syn.SackPermitted,
            HasTimestamps = syn.HasTimestamps,
            TimestampValue = syn.HasTimestamps ? SynCookies.Stamp(clock, code) : 0,
            TimestampEchoReply = syn.TimestampValue,
            WindowScale = syn.WindowScale >= 0 ? TcpConnection.ChooseWindowShift(socket, Options) : -1,
        };
        Span<byte> written = stackalloc byte[TcpOptionWriter.MaximumSize];
        TcpOptionWriter writer = new(written);
        reply.Write(ref writer, cookie: default);
        int size = TcpHeader.MinimumSize + writer.Written;
        Span<byte> segment = frame.Prepend(size);
        written[..writer.Written].CopyTo(segment[TcpHeader.MinimumSize..]);
        ushort window = (ushort)Math.Min(socket.ReceiveBufferBytes ?? Options.InitialReceiveBufferBytes, ushort.MaxValue);
        TcpHeaderWriter.Write(
            segment, local.Port, remote.Port, cookie, syn.Sequence + 1, TcpControlBits.Syn | TcpControlBits.Ack | EcnBits(syn.Ecn, datagram), size, window, 0);
        TcpHeaderWriter.FillChecksum(segment, path.LocalAddress, path.RemoteAddress);
        Statistics.SyncookiesSent++;
        Statistics.OutSegs++;
        Network.Send(path, frame, new NetworkSendOptions((byte)IpProtocol.Tcp, socket.HopLimit, socket.TrafficClass, DontFragment: true), now);
    }

    private static TcpControlBits EcnBits(EcnFeedback ecn, in TransportDatagram datagram) => ecn switch
    {
        EcnFeedback.Accurate => EcnHandshake.Code(new TrafficClass(datagram.TrafficClass).Ecn),
        EcnFeedback.Classic => TcpControlBits.Ece,
        _ => TcpControlBits.None,
    };

    private static EcnFeedback EcnOf(in TcpHeader syn, in TcpSegmentOptions options, TcpSocketOptions socket) =>
        options.HasTimestamps && socket.Timestamps ? EcnHandshake.Agree(syn.ControlBits, socket.Ecn) : EcnFeedback.None;

    // Only a timestamp keeps more than the MSS.
    private static SynOffer WhatCounts(in SynOffer syn, TcpSocketOptions socket)
    {
        bool stamps = syn.HasTimestamps && socket.Timestamps;
        return syn with
        {
            HasTimestamps = stamps,
            TimestampValue = stamps ? syn.TimestampValue : 0,
            WindowScale = stamps && socket.WindowScaling ? syn.WindowScale : -1,
            SackPermitted = stamps && socket.SelectiveAcknowledgment && syn.SackPermitted,
        };
    }

    /// <summary>An ACK for a listener, of no connection: the end of a handshake that was not remembered?</summary>
    /// <returns>False: the segment is none.</returns>
    private bool TryTakeCookie(TcpListener listener, in TcpHeader header, in TcpSegmentOptions options, in TransportDatagram datagram, Instant now)
    {
        if (!header.Has(TcpControlBits.Ack) || header.Has(TcpControlBits.Syn) || header.Has(TcpControlBits.Rst)) return false;
        if (_synCookies is null || !_synCookies.AreAwaited(now)) return false;
        IpEndpoint local = new(datagram.Destination, header.DestinationPort);
        IpEndpoint remote = new(datagram.Source, header.SourcePort);
        if (!_synCookies.TryRead(local, remote, header, options, now, out SynOffer syn))
        {
            Statistics.SyncookiesFailed++;
            return false;
        }
        listener.OnCookie(header.Acknowledgment - 1, syn, header, options, datagram, now);
        return true;
    }
}
