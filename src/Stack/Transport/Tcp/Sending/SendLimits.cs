using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Sending;

/// <summary>How long a connection has been held back, and by what. One that nothing but its application ever holds back needs no more than this and no history.</summary>
internal struct SendLimits
{
    private Instant _since;
    private TimeSpan _busy;

    public SendLimit Current { get; private set; }

    /// <summary>Something else holds from now on.</summary>
    /// <param name="bytesSent">Octets that the connection has sent so far.</param>
    /// <param name="history">Made when something first holds the sender back.</param>
    public void Change(SendLimit next, long bytesSent, ref SendLimitHistory? history, Instant now)
    {
        if (Current != SendLimit.Idle) _busy += now - _since;
        if (next > SendLimit.Application) history ??= new SendLimitHistory();
        history?.Change(Current, next, now - _since, bytesSent);
        _since = now;
        Current = next;
    }

    /// <summary>Time with octets to be sent or acknowledged.</summary>
    public readonly TimeSpan Busy(Instant now) => Current == SendLimit.Idle ? _busy : _busy + (now - _since);

    /// <summary>Time without room in the send buffer, with the application waiting for some.</summary>
    public readonly TimeSpan BufferTime(SendLimitHistory? history, Instant now) => (history?.BufferTime ?? TimeSpan.Zero) + Running(SendLimit.Buffer, now);

    public readonly TcpSendLimit ByPeer(long bytesSent, SendLimitHistory? history, Instant now) =>
        Total(SendLimit.PeerWindow, history?.Peer ?? default, bytesSent, history, now);

    public readonly TcpSendLimit ByCongestion(long bytesSent, SendLimitHistory? history, Instant now) =>
        Total(SendLimit.Congestion, history?.Congestion ?? default, bytesSent, history, now);

    /// <summary>What is neither the peer's doing nor the path's is the sender's own.</summary>
    /// <param name="lifetime">Since the connection was established.</param>
    public readonly TcpSendLimit BySender(TimeSpan lifetime, long bytesSent, SendLimitHistory? history, Instant now)
    {
        TcpSendLimit peer = ByPeer(bytesSent, history, now);
        TcpSendLimit congestion = ByCongestion(bytesSent, history, now);
        TimeSpan rest = lifetime - peer.Time - congestion.Time;
        return new TcpSendLimit(history?.EnteredSender ?? 0, rest > TimeSpan.Zero ? rest : TimeSpan.Zero, bytesSent - peer.Bytes - congestion.Bytes);
    }

    private readonly TcpSendLimit Total(SendLimit limit, TcpSendLimit past, long bytesSent, SendLimitHistory? history, Instant now) =>
        Current == limit ? past with { Time = past.Time + Running(limit, now), Bytes = past.Bytes + bytesSent - history!.BytesBefore } : past;

    private readonly TimeSpan Running(SendLimit limit, Instant now) => Current == limit ? now - _since : TimeSpan.Zero;
}
