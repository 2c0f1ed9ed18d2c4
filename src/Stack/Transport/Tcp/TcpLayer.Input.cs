using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>From a datagram to the connection or listener that it concerns.</content>
public sealed partial class TcpLayer
{
    /// <summary>A TCP segment for one of our addresses.</summary>
    /// <param name="checksumVerified">The device vouches for the checksum.</param>
    public void OnSegment(in TransportDatagram datagram, bool checksumVerified, Instant now) =>
        OnSegment(datagram, checksumVerified, now, answerStray: true);

    /// <summary>As <see cref="OnSegment(in TransportDatagram, bool, Instant)"/>.</summary>
    /// <param name="answerStray">Answer a segment of no connection; otherwise leave it to another stack that has this address.</param>
    /// <returns>False: it was left alone, and is not counted.</returns>
    internal bool OnSegment(in TransportDatagram datagram, bool checksumVerified, Instant now, bool answerStray)
    {
        Statistics.InSegs++;
        if (!TcpHeader.TryParse(datagram.Payload, out TcpHeader header))
        {
            Reject(TcpDropReason.Truncated);
            return true;
        }
        if (!checksumVerified && !header.IsChecksumValid(datagram.Source, datagram.Destination))
        {
            Reject(TcpDropReason.BadChecksum);
            return true;
        }
        if (!HasLegalFlags(header))
        {
            Statistics.CountDrop(TcpDropReason.IllegalFlagsOrPort);
            return true;
        }
        // MUST-57, and the land attack.
        bool toItself = datagram.Source == datagram.Destination && header.SourcePort == header.DestinationPort && header.Has(TcpControlBits.Syn);
        if (datagram.IsBroadcast || datagram.IsMulticast || toItself)
        {
            Statistics.CountDrop(TcpDropReason.InvalidSource);
            return true;
        }
        TcpSegmentOptions options = TcpSegmentOptions.Parse(header.Options);
        if (options.Malformed)
        {
            Statistics.CountDrop(TcpDropReason.MalformedOptions);
            return true;
        }
        if (Demultiplex(header, options, datagram, now, answerStray)) return true;
        Statistics.InSegs--;
        return false;
    }

    /// <summary>ICMP said something of a segment of ours (RFC 5927).</summary>
    /// <returns>False: no connection can have sent it.</returns>
    public bool OnNetworkProblem(in NetworkProblem problem, Instant now)
    {
        if (problem.TransportHeader.Length < 4)
        {
            if (problem.Reporter.IsUnspecified) FailAttemptsTo(problem, now);
            return problem.Reporter.IsUnspecified;
        }
        ushort localPort = (ushort)(problem.TransportHeader[0] << 8 | problem.TransportHeader[1]);
        ushort remotePort = (ushort)(problem.TransportHeader[2] << 8 | problem.TransportHeader[3]);
        TcpConnection? connection = _connections.Find(problem.Local, localPort, problem.Remote, remotePort);
        connection?.OnNetworkProblem(problem, now);
        return connection is not null;
    }

    // Address resolution failed with no segment at hand to name the connection by.
    private void FailAttemptsTo(in NetworkProblem problem, Instant now)
    {
        foreach (TcpConnection connection in _connections.Enumerate().ToArray())
            if (connection.State == TcpState.SynSent && connection.Remote.Address == problem.Remote) connection.OnNetworkProblem(problem, now);
    }

    /// <summary>Answers a segment that belongs to no connection (RFC 9293 §3.10.7.1).</summary>
    internal void SendReset(TransportPath path, in TcpHeader header, TcpSocketOptions options)
    {
        TransmitFrame? frame = Network.TryRentFrame();
        if (frame is null) return;
        bool hasAck = header.Has(TcpControlBits.Ack);
        SequenceNumber sequence = hasAck ? header.Acknowledgment : default;
        SequenceNumber acknowledgment = hasAck ? default : header.Sequence + header.SequenceLength;
        TcpControlBits bits = hasAck ? TcpControlBits.Rst : TcpControlBits.Rst | TcpControlBits.Ack;
        Span<byte> reset = frame.Prepend(TcpHeader.MinimumSize);
        TcpHeaderWriter.Write(reset, header.DestinationPort, header.SourcePort, sequence, acknowledgment, bits, TcpHeader.MinimumSize, 0, 0);
        TcpHeaderWriter.FillChecksum(reset, path.LocalAddress, path.RemoteAddress);
        Statistics.OutRsts++;
        Statistics.OutSegs++;
        NetworkSendOptions send = new((byte)IpProtocol.Tcp, options.HopLimit, 0, DontFragment: true);
        Network.Send(path, frame, send, _now);
    }

    private static bool HasLegalFlags(in TcpHeader header)
    {
        const TcpControlBits Meaningful = TcpControlBits.Fin | TcpControlBits.Syn | TcpControlBits.Rst | TcpControlBits.Ack;
        if (header.SourcePort == 0 || header.DestinationPort == 0 || (header.ControlBits & Meaningful) == 0) return false;
        bool syn = header.Has(TcpControlBits.Syn);
        return !(syn && (header.Has(TcpControlBits.Fin) || header.Has(TcpControlBits.Rst)));
    }

    private bool Demultiplex(in TcpHeader header, in TcpSegmentOptions options, in TransportDatagram datagram, Instant now, bool answerStray)
    {
        _now = now;
        TcpConnection? connection = _connections.Find(datagram.Destination, header.DestinationPort, datagram.Source, header.SourcePort);
        SequenceNumber? afterTimeWait = null;
        if (connection is not null)
        {
            if (!connection.IsAuthentic(header)) return true;
            // TIME-WAIT gives way only to a SYN that somebody will take.
            if (!connection.YieldsTo(header, options, out SequenceNumber last) || FindListener(datagram.Destination, header.DestinationPort) is null)
            {
                connection.OnSegment(header, options, datagram, now);
                return true;
            }
            afterTimeWait = last;
            connection.EndTimeWait();
        }
        // MUST-63. A connection's remote address was looked at when it was opened.
        if (!NamesOneHost(datagram.Source))
        {
            Statistics.CountDrop(TcpDropReason.InvalidSource);
            return true;
        }
        TcpListener? listener = FindListener(datagram.Destination, header.DestinationPort);
        bool isSigned = IsSigned(listener, datagram.Source);
        if (listener is not null && !isSigned && TryTakeCookie(listener, header, options, datagram, now)) return true;
        bool isStray = listener is null || header.Has(TcpControlBits.Rst) || header.Has(TcpControlBits.Ack);
        if (isStray && !answerStray) return false;
        if (isSigned && !IsAuthenticSyn(listener!, header, datagram)) return true;
        if (listener is null)
        {
            RefuseWithReset(header, datagram, TcpDropReason.NoEndpoint);
            return true;
        }
        // §3.10.7.2: RST first, then ACK, then SYN.
        if (header.Has(TcpControlBits.Rst)) Statistics.CountDrop(TcpDropReason.ResetIgnored);
        else if (header.Has(TcpControlBits.Ack)) RefuseWithReset(header, datagram, TcpDropReason.NoEndpoint);
        else if (header.Has(TcpControlBits.Syn)) listener.OnSyn(header, options, datagram, afterTimeWait, now);
        else Statistics.CountDrop(TcpDropReason.MissingAck);
        return true;
    }

    // The more specific binding wins.
    private TcpListener? FindListener(in IpAddress address, ushort port)
    {
        if (_listeners.Count == 0) return null;
        if (_listeners.TryGetValue(new IpEndpoint(address, port), out TcpListener? listener)) return listener;
        IpAddress any = address.IsIpv4 ? IpAddress.AnyIpv4 : IpAddress.AnyIpv6;
        return _listeners.GetValueOrDefault(new IpEndpoint(any, port));
    }

    internal void RefuseWithReset(in TcpHeader header, in TransportDatagram datagram, TcpDropReason reason)
    {
        Statistics.CountDrop(reason);
        if (header.Has(TcpControlBits.Rst)) return;
        Network.TryGetPathForOnce(datagram.Destination, datagram.Source, out TransportPath? path);
        if (path is not null) SendReset(path, header, Options.Socket);
    }

    private void Reject(TcpDropReason reason)
    {
        Statistics.InErrs++;
        Statistics.CountDrop(reason);
    }
}
