namespace StackSharp.Stack.Transport.Tcp.Sending;

/// <summary>Proportional rate reduction (RFC 9937): during fast recovery, what leaves follows what arrives, down to ssthresh. Amounts in octets.</summary>
internal struct ProportionalRate
{
    private long _delivered;
    private long _sent;
    private long _flightAtStart;

    /// <summary>cwnd while recovery lasts.</summary>
    public long Window { get; private set; }

    /// <param name="flightBytes">RecoverFS (§6).</param>
    public void Begin(long flightBytes)
    {
        _delivered = 0;
        _sent = 0;
        _flightAtStart = Math.Max(1, flightBytes);
        Window = 0;
    }

    /// <summary>An acknowledgment during recovery, the one that began it included (§6).</summary>
    /// <param name="deliveredBytes">DeliveredData.</param>
    /// <param name="inFlightBytes">After this acknowledgment and what it showed to be lost.</param>
    /// <param name="isSafe">SafeACK: SND.UNA moved on, and nothing more was found lost.</param>
    public void OnAcknowledged(long deliveredBytes, long inFlightBytes, long threshold, bool isSafe, int segmentBytes)
    {
        if (deliveredBytes == 0 && Window > 0) return;
        _delivered += deliveredBytes;
        long count;
        if (inFlightBytes > threshold)
        {
            count = (_delivered * threshold + _flightAtStart - 1) / _flightAtStart - _sent;
        }
        else
        {
            count = Math.Max(_delivered - _sent, deliveredBytes);
            if (isSafe) count += segmentBytes;
            count = Math.Min(threshold - inFlightBytes, count);
        }
        // The fast retransmission leaves in any case.
        count = Math.Max(count, _sent == 0 ? segmentBytes : 0);
        Window = inFlightBytes + count;
    }

    public void OnSent(int octets) => _sent += octets;
}
