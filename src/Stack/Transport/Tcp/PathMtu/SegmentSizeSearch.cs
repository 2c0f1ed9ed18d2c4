using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.PathMtu;

/// <summary>The search for the largest packet that gets through (RFC 4821 §7.3; SEARCH and SEARCH_COMPLETE of RFC 8899 §5.2). All sizes are those of IP packets, in octets.</summary>
internal sealed class SegmentSizeSearch
{
    /// <summary>MAX_PROBES (RFC 8899 §5.1.2): a probe may be lost for other reasons than its size.</summary>
    public const int MostProbesOfOneSize = 3;

    // A range so narrow is not worth halving: its upper end is tried, and that ends the search.
    private const int NarrowRange = 8;
    private int _failuresOfThisSize;
    private bool _isProbeLost;
    private bool _isOtherLost;
    private Instant _restartAt;

    /// <summary>search_low: what is used.</summary>
    public int Low { get; private set; }

    /// <summary>search_high: what is larger has failed.</summary>
    public int High { get; private set; }

    /// <summary>Size of the probe that is on its way; 0: none is.</summary>
    public int Probe { get; private set; }

    public SequenceNumber ProbeStart { get; private set; }

    public SequenceNumber ProbeEnd { get; private set; }

    public int Successes { get; private set; }

    /// <summary>Probes that were lost.</summary>
    public int Failures { get; private set; }

    /// <summary>The latest judgment found the probe lost, and nothing else.</summary>
    public bool IsOnlyProbeLost => _isProbeLost && !_isOtherLost;

    /// <summary>A new search above what is known, or believed, to get through.</summary>
    public void Begin(int low, Instant now, TimeSpan interval)
    {
        Low = low;
        High = int.MaxValue;
        _restartAt = now + interval;
        _failuresOfThisSize = 0;
        Abandon();
    }

    /// <summary>The next size to try; 0: none now.</summary>
    /// <param name="largest">What the path and the peer allow.</param>
    /// <param name="interval">After so long without a probe, what has failed is tried again: the path may be another (PMTU_RAISE_TIMER).</param>
    public int NextSize(int largest, Instant now, TimeSpan interval)
    {
        if (Probe != 0) return 0;
        if (now >= _restartAt)
        {
            High = int.MaxValue;
            _failuresOfThisSize = 0;
            _restartAt = now + interval;
        }
        int high = Math.Min(High, largest);
        int range = high - Low;
        if (range <= 0) return 0;
        return range < NarrowRange ? high : Low + (range + 1) / 2;
    }

    public void OnProbeSent(int size, SequenceNumber start, SequenceNumber end)
    {
        Probe = size;
        ProbeStart = start;
        ProbeEnd = end;
    }

    /// <summary>The probe arrived: its size is used from now on.</summary>
    public void OnProbeArrived(Instant now, TimeSpan interval)
    {
        Low = Probe;
        Successes++;
        _failuresOfThisSize = 0;
        _restartAt = now + interval;
        Probe = 0;
    }

    /// <summary>The probe was lost.</summary>
    public void OnProbeLost(Instant now, TimeSpan interval)
    {
        Failures++;
        _restartAt = now + interval;
        if (++_failuresOfThisSize >= MostProbesOfOneSize)
        {
            _failuresOfThisSize = 0;
            High = Probe - Low < NarrowRange ? Low : Probe - 1;
        }
        Probe = 0;
    }

    /// <summary>What became of the probe will not be known: it says nothing of its size.</summary>
    public void Abandon() => Probe = 0;

    /// <summary>What is judged lost from now on is looked at together.</summary>
    public void BeginJudging() => _isProbeLost = _isOtherLost = false;

    /// <returns>True: it is the probe, whose loss says nothing of congestion.</returns>
    public bool Judge(in SentSegment lost)
    {
        bool isProbe = Probe != 0 && lost.Start == ProbeStart && lost.End == ProbeEnd && !lost.Has(SentState.Retransmitted);
        _isProbeLost |= isProbe;
        _isOtherLost |= !isProbe;
        return isProbe;
    }

    public void Clear()
    {
        Successes = 0;
        Failures = 0;
        BeginJudging();
        Abandon();
    }
}
