namespace StackSharp.Stack.Transport.Tcp.Sending;

/// <summary>What has held a connection back besides its application, until the latest change.</summary>
internal sealed class SendLimitHistory
{
    public TcpSendLimit Peer { get; private set; }

    public TcpSendLimit Congestion { get; private set; }

    public TimeSpan BufferTime { get; private set; }

    /// <summary>Times that neither the peer nor the path held the sender back any more.</summary>
    public int EnteredSender { get; private set; }

    /// <summary>Octets sent before the latest change.</summary>
    public long BytesBefore { get; private set; }

    public void Clear()
    {
        Peer = default;
        Congestion = default;
        BufferTime = TimeSpan.Zero;
        EnteredSender = 0;
        BytesBefore = 0;
    }

    /// <param name="length">How long <paramref name="before"/> has held.</param>
    /// <param name="bytesSent">Octets sent so far.</param>
    public void Change(SendLimit before, SendLimit next, TimeSpan length, long bytesSent)
    {
        long octets = bytesSent - BytesBefore;
        if (before == SendLimit.PeerWindow) Peer = Add(Peer, length, octets);
        else if (before == SendLimit.Congestion) Congestion = Add(Congestion, length, octets);
        else if (before == SendLimit.Buffer) BufferTime += length;
        if (next == SendLimit.PeerWindow) Peer = Peer with { Entered = Peer.Entered + 1 };
        else if (next == SendLimit.Congestion) Congestion = Congestion with { Entered = Congestion.Entered + 1 };
        else if (before > SendLimit.Buffer) EnteredSender++;
        BytesBefore = bytesSent;
    }

    private static TcpSendLimit Add(TcpSendLimit total, TimeSpan length, long octets) => total with { Time = total.Time + length, Bytes = total.Bytes + octets };
}
