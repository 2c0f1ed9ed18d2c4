using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>HyStart++ (RFC 9406): leaves the first slow start when round trips grow longer, before packets are lost; a phase of slower growth, conservative slow
/// start (CSS), finds out whether they really do.</summary>
/// <remarks>Departs from RFC 9406 §4.3, where no pacing is: L is not 8 but without limit, as with pacing. With offload one acknowledgment stands for dozens of
/// segments, and at so short round trips that connections do not pace it nearly always does. On a paced connection the older HyStart's acknowledgment trains
/// (Ha and Rhee, 2011) are watched as well: what leaves within half a round trip comes back in a longer row once the path is full, a round trip before the least
/// delay of a round shows it. Such a row begins a shorter CSS, so that a queue as long as the path hardly overflows; and as always CSS ends where the delay denies it.</remarks>
internal struct HyStart
{
    /// <summary>N_RTT_SAMPLE.</summary>
    public const int SamplesNeeded = 8;

    /// <summary>CSS_ROUNDS.</summary>
    public const int ConservativeRounds = 5;

    /// <summary>CSS_GROWTH_DIVISOR.</summary>
    public const int GrowthDivisor = 4;

    private const int RoundTripDivisor = 8;   // MIN_RTT_DIVISOR.
    private static readonly TimeSpan LeastThreshold = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan LargestThreshold = TimeSpan.FromMilliseconds(16);
    private static readonly TimeSpan LeastTrainGap = TimeSpan.FromMilliseconds(2);
    private const int TrainGapDivisor = 16;
    private const double TrainShare = 0.6;
    private const int RoundsAfterTrain = 2;
    private RoundCounter _rounds;
    private Instant _roundAt;
    private Instant _trainAt;
    private bool _isTrainJudged;
    private int _roundsOfCaution;
    private TimeSpan _lastMinimum;
    private TimeSpan _currentMinimum;
    private TimeSpan _baseline;
    private int _samples;
    private int _conservativeRounds;
    private long _remainder;

    /// <summary>At the start of a connection.</summary>
    public static HyStart Begin() => new() { _lastMinimum = TimeSpan.MaxValue, _currentMinimum = TimeSpan.MaxValue, IsRunning = true };

    /// <summary>False from the end of the first slow start on: later ones are the standard's (§4.3).</summary>
    public bool IsRunning { get; private set; }

    /// <summary>In CSS.</summary>
    public bool IsConservative { get; private set; }

    /// <summary>Takes an acknowledgment in slow start.</summary>
    /// <returns>True: CSS has run its course, slow start ends here.</returns>
    public bool Update(in CongestionSample sample)
    {
        if (sample.IsPaced) FollowTrain(sample);
        if (sample.RoundTrip > TimeSpan.Zero)
        {
            if (sample.RoundTrip < _currentMinimum) _currentMinimum = sample.RoundTrip;
            _samples++;
            Judge();
        }
        if (!_rounds.Update(sample)) return false;
        _roundAt = _trainAt = sample.Now;
        _isTrainJudged = false;
        _lastMinimum = _currentMinimum;
        _currentMinimum = TimeSpan.MaxValue;
        _samples = 0;
        // The round in which CSS began counts (§4.2).
        if (!IsConservative || ++_conservativeRounds < _roundsOfCaution) return false;
        Stop();
        return true;
    }

    /// <summary>Octets by which so many newly acknowledged widen the window.</summary>
    public long Growth(long acknowledgedBytes)
    {
        if (!IsConservative) return acknowledgedBytes;
        // What a division leaves is not lost: many small acknowledgments give what a large one does.
        _remainder += acknowledgedBytes;
        long growth = _remainder / GrowthDivisor;
        _remainder %= GrowthDivisor;
        return growth;
    }

    /// <summary>Congestion, by loss or mark, ends it (§4.2).</summary>
    public void Stop()
    {
        IsRunning = false;
        IsConservative = false;
    }

    // Acknowledgments that have come without a break for six tenths of the least round trip: at two windows in a round trip they would have needed half of it. Whether that
    // was the path, the delays from here on tell, in this round and all through the next.
    private void FollowTrain(in CongestionSample sample)
    {
        TimeSpan gap = sample.MinimumRoundTrip / TrainGapDivisor;
        if (_isTrainJudged || IsConservative || _lastMinimum == TimeSpan.MaxValue || sample.Now - _trainAt > (gap > LeastTrainGap ? gap : LeastTrainGap)) return;
        _trainAt = sample.Now;
        if (sample.Now - _roundAt <= sample.MinimumRoundTrip * TrainShare) return;
        _isTrainJudged = true;
        _currentMinimum = TimeSpan.MaxValue;
        _samples = 0;
        BeCautious(_lastMinimum + Threshold(), RoundsAfterTrain);
    }

    private void Judge()
    {
        if (_samples < SamplesNeeded) return;
        if (IsConservative)
        {
            if (_currentMinimum >= _baseline) return;
            // The delay was a spike: back to full speed.
            IsConservative = false;
        }
        else if (_lastMinimum != TimeSpan.MaxValue && _currentMinimum >= _lastMinimum + Threshold())
        {
            BeCautious(_currentMinimum, ConservativeRounds);
        }
    }

    private void BeCautious(TimeSpan baseline, int rounds)
    {
        _baseline = baseline;
        _roundsOfCaution = rounds;
        _conservativeRounds = 0;
        _remainder = 0;
        IsConservative = true;
    }

    private readonly TimeSpan Threshold()
    {
        TimeSpan eighth = _lastMinimum / RoundTripDivisor;
        if (eighth < LeastThreshold) return LeastThreshold;
        return eighth > LargestThreshold ? LargestThreshold : eighth;
    }
}
