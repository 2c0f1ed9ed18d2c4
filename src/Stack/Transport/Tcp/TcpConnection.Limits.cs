using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Sending;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>What is counted only to be told: what held the sender back, and how long timeouts took.</content>
public sealed partial class TcpConnection
{
    private TcpCounters _counters;
    private SendLimits _limits;
    private SendLimitHistory? _limitHistory;

    // What could be sent has been sent.
    private void NoteLimit(bool isLimitedByCongestion, Instant now)
    {
        SendLimit limit = FindLimit(isLimitedByCongestion);
        if (limit != _limits.Current) _limits.Change(limit, _bytesSent, ref _limitHistory, now);
    }

    private SendLimit FindLimit(bool isLimitedByCongestion)
    {
        int unsent = UnsentBytes;
        if (unsent <= 0) return Outstanding == 0 ? SendLimit.Idle : Has(TcpFlags.WriterWaits) ? SendLimit.Buffer : SendLimit.Application;
        if (isLimitedByCongestion) return SendLimit.Congestion;
        long room = (long)_send.Window - (_send.Next - _send.Unacknowledged);
        return room < Math.Min(unsent, _sendMss) ? SendLimit.PeerWindow : SendLimit.Application;
    }

    private void BeginTimeoutEpisode(Instant now)
    {
        if (_recovery == RecoveryPhase.Timeout) return;
        _counters.TimeoutEpisodes++;
        _counters.TimeoutBeganAt = now;
    }

    private void EndTimeoutEpisode(Instant now)
    {
        if (_recovery == RecoveryPhase.Timeout) _counters.TimeoutTime += now - _counters.TimeoutBeganAt;
    }

    // Several segments may have been merged on the way in.
    private void CountSegment(int textLength, int mergedSegmentBytes)
    {
        int segments = mergedSegmentBytes > 0 && textLength > mergedSegmentBytes ? (textLength + mergedSegmentBytes - 1) / mergedSegmentBytes : 1;
        _segmentsReceived += segments;
        if (textLength > 0) _counters.DataSegmentsReceived += segments;
    }
}
