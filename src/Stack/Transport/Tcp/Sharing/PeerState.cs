using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Tcp.Sharing;

/// <summary>What connections with one address have found out, for those to come (RFC 9040).</summary>
internal sealed class PeerState(IpAddress address)
{
    // Less than this part of a lower value counts each time: a path that was slow is remembered for a few connections.
    private const int RoundTripWeight = 8;
    private const int VariationWeight = 4;

    public IpAddress Address => address;

    public Instant UpdatedAt { get; set; }

    public TimeSpan RoundTrip { get; private set; }

    public TimeSpan Variation { get; private set; }

    /// <summary>ssthresh in octets; 0: no connection has met its limit.</summary>
    public long SlowStartThreshold { get; private set; }

    /// <summary>A connection has ended. Higher values are taken at once, lower ones bit by bit: a timeout that is too short costs more than one that is too long.</summary>
    public void Merge(TimeSpan roundTrip, TimeSpan variation)
    {
        RoundTrip = roundTrip >= RoundTrip ? roundTrip : RoundTrip - (RoundTrip - roundTrip) / RoundTripWeight;
        Variation = variation >= Variation ? variation : Variation - (Variation - variation) / VariationWeight;
    }

    /// <summary>A connection has ended that had this threshold and window, in octets; <see cref="long.MaxValue"/>: it never left slow start.</summary>
    public void MergeThreshold(long threshold, long window)
    {
        if (threshold == long.MaxValue)
        {
            // It got further than was thought possible.
            if (SlowStartThreshold > 0) SlowStartThreshold = Math.Max(SlowStartThreshold, window / 2);
            return;
        }
        long reached = Math.Max(threshold, window / 2);
        SlowStartThreshold = SlowStartThreshold == 0 ? reached : (SlowStartThreshold + reached) / 2;
    }
}
