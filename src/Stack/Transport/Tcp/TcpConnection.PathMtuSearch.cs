using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.PathMtu;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Segment sizes found out by trying (RFC 4821, RFC 8899), and what to do when large segments vanish (RFC 2923 §2.1).</content>
public sealed partial class TcpConnection
{
    // RFC 8200 §5: no link of IPv6 takes less.
    private const int LeastIpv6Packet = 1280;

    // Null on a connection that has had no reason to search.
    private SegmentSizeSearch? _search;

    private PathMtuProbing MtuProbing => _options.PathMtuProbing ?? _layer.Options.PathMtuProbing;

    private int BareHeaderBytes => IpHeaderBytes + TcpHeader.MinimumSize;

    // What the path is thought to take, and the peer (EMTU_R).
    private int LargestPacket
    {
        get
        {
            int mss = PeerMss;
            if (_options.MaximumSegmentSize > 0) mss = Math.Min(mss, _options.MaximumSegmentSize);
            return Math.Min(_path.MaximumTransmissionUnit, mss + BareHeaderBytes);
        }
    }

    private int BasePacket => AtLeastFloor(_layer.Options.PathMtuBaseSegmentBytes + BareHeaderBytes);

    private int AtLeastFloor(int packet) =>
        Math.Max(packet, Remote.Address.IsIpv4 ? _layer.Options.MinimumSegmentSize + BareHeaderBytes : LeastIpv6Packet);

    // What the search allows of the path's MTU.
    private int PacketLimit => _search is null ? _path.MaximumTransmissionUnit : Math.Min(_search.Low, _path.MaximumTransmissionUnit);

    private void BeginSizeSearchIfAlways(Instant now)
    {
        if (MtuProbing == PathMtuProbing.Always && LargestPacket > BasePacket) ShrinkTo(BasePacket, now);
    }

    // Handshakes get through, and segments of this size do not: the first suspicion leads to the base size, each further one to half. True: the size is
    // smaller now.
    private bool SuspectBlackHole(Instant now)
    {
        if (_search is { Probe: not 0 }) NoteSizeProbeLost(now);
        if (_retries < _layer.Options.PathMtuBlackHoleTimeouts || MtuProbing == PathMtuProbing.Disabled || Outstanding == 0) return false;
        int packet = Math.Min(PacketLimit, LargestPacket);
        if (packet <= BasePacket && _search is null) return false;
        int smaller = packet > BasePacket ? BasePacket : AtLeastFloor((packet - BareHeaderBytes) / 2 + BareHeaderBytes);
        int headers = BareHeaderBytes + OptionBytes;
        // Small segments time out too: that is another trouble.
        if (smaller >= packet || _sent!.First.Length <= smaller - headers) return false;
        if (packet > BasePacket) _layer.Statistics.PathMtuBlackHoles++;
        ShrinkTo(smaller, now);
        return true;
    }

    private void ShrinkTo(int packet, Instant now)
    {
        _search ??= _layer.Pools.RentSegmentSizeSearch();
        _search.Begin(packet, now, _layer.Options.PathMtuProbeInterval);
        UpdateSendMss();
        _congestion.OnSegmentSize(_sendMss);
    }

    // Sends a probe in place of the next segment when its loss would be noticed and would hold nothing up (RFC 4821 §7.4).
    // True: nothing goes until the window has room for one.
    private bool HoldsForSizeProbe(Instant now)
    {
        if (_recovery != RecoveryPhase.Open || _sent is { LostBytes: > 0 } or { SackedBytes: > 0 } || Has(TcpFlags.UrgentToSend)) return false;
        int size = _search!.NextSize(LargestPacket, now, _layer.Options.PathMtuProbeInterval);
        int length = size - BareHeaderBytes - OptionBytes;
        if (length <= _sendMss || CutAtRecord(_send.Next, length) < length) return false;
        // As many segments have to follow as tell of its loss.
        int withFollowers = length + (_layer.Options.DuplicateThreshold + 1) * _sendMss;
        long window = (long)_send.Window - (_send.Next - _send.Unacknowledged);
        if (UnsentBytes < withFollowers || window < withFollowers || CongestionWindow < withFollowers) return false;
        long pipe = Pipe;
        if (CongestionWindow - pipe < length) return pipe > 0;
        SequenceNumber start = _send.Next;
        SequenceNumber smallSegmentEnd = _send.SmallSegmentEnd;
        Set(TcpFlags.SizeProbe);
        bool sent = SendNewText(length, now);
        Set(TcpFlags.SizeProbe, false);
        _send.SmallSegmentEnd = smallSegmentEnd;
        if (sent && _send.Next - start > _sendMss) _search.OnProbeSent(_send.Next - start + BareHeaderBytes + OptionBytes, start, _send.Next);
        return false;
    }

    private void OnSizeProbeAcknowledged(Instant now)
    {
        if (_search is not { Probe: not 0 } search || _send.Unacknowledged.IsBefore(search.ProbeEnd)) return;
        search.OnProbeArrived(now, _layer.Options.PathMtuProbeInterval);
        _layer.Statistics.PathMtuProbesSucceeded++;
        UpdateSendMss();
        _congestion.OnSegmentSize(_sendMss);
    }

    // RFC 4821 §7.6.2, RFC 8899 §3: the probe is sent again in smaller pieces, and congestion control hears nothing of it.
    private bool TryRepairSizeProbe(Instant now)
    {
        if (_search is not { IsOnlyProbeLost: true } || _recovery != RecoveryPhase.Open) return false;
        NoteSizeProbeLost(now);
        Set(TcpFlags.RetransmitNow);
        // Duplicates that are still to come are the same loss.
        _recoveryPoint = SequenceNumber.Max(_recoveryPoint, _send.Unacknowledged);
        return true;
    }

    // Without SACK duplicates tell only that the first segment is missing.
    private void JudgeSizeProbeByCount()
    {
        if (_search is not { Probe: not 0 } search || HasSack || search.ProbeStart != _send.Unacknowledged) return;
        _sent!.MarkFirstLost(search.ProbeEnd - search.ProbeStart, this);
    }

    private void NoteSizeProbeLost(Instant now)
    {
        _search!.OnProbeLost(now, _layer.Options.PathMtuProbeInterval);
        _layer.Statistics.PathMtuProbesFailed++;
    }

    private void ReturnSizeSearch()
    {
        if (_search is not null) _layer.Pools.Return(_search);
        _search = null;
    }
}
