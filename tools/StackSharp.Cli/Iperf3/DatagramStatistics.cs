namespace StackSharp.Cli.Iperf3;

/// <summary>What the numbers and times of received datagrams tell. One writer; readers may be a datagram behind.</summary>
internal sealed class DatagramStatistics
{
    private const int JitterGain = 16;
    private long _highest;
    private long _lost;
    private long _outOfOrder;
    private double _jitter;
    private long _transit;
    private bool _hasTransit;

    /// <summary>Highest number that arrived.</summary>
    public long Highest => Volatile.Read(ref _highest);

    /// <summary>Numbers below the highest that did not arrive.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Datagrams that came after one with a higher number.</summary>
    public long OutOfOrder => Volatile.Read(ref _outOfOrder);

    /// <summary>Mean deviation of the transit time, in seconds (RFC 1889 §6.3.1).</summary>
    public double Jitter => Volatile.Read(ref _jitter);

    /// <param name="arrivedMicroseconds">On the receiver's clock, which need not be the sender's.</param>
    public void Add(in DatagramHeader header, long arrivedMicroseconds)
    {
        if (header.Number > _highest)
        {
            Volatile.Write(ref _lost, _lost + (header.Number - _highest - 1));
            Volatile.Write(ref _highest, header.Number);
        }
        else
        {
            // Late, so it was taken for lost before; or a duplicate, which cannot be told from that.
            Volatile.Write(ref _outOfOrder, _outOfOrder + 1);
            if (_lost > 0) Volatile.Write(ref _lost, _lost - 1);
        }

        long transit = arrivedMicroseconds - header.SentMicroseconds;
        if (_hasTransit) Volatile.Write(ref _jitter, _jitter + (((Math.Abs(transit - _transit) / 1e6) - _jitter) / JitterGain));
        _hasTransit = true;
        _transit = transit;
    }
}
