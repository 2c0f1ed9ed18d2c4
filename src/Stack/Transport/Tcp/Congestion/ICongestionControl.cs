using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>What an acknowledgment tells a congestion control algorithm. Amounts in octets.</summary>
/// <param name="AcknowledgedBytes">Newly and cumulatively acknowledged.</param>
/// <param name="InFlightBytes">Thought to be in the network after this acknowledgment.</param>
/// <param name="WasWindowLimited">The congestion window, not the application or the peer, held the sender back.</param>
/// <param name="RoundTrip">Of this acknowledgment; zero when it gave no sample.</param>
public readonly record struct CongestionSample(int AcknowledgedBytes, int InFlightBytes, bool WasWindowLimited, TimeSpan RoundTrip, Instant Now);

/// <summary>Decides how much may be in flight: connection events in, windows out (RFC 5681).</summary>
public interface ICongestionControl
{
    /// <summary>As in Linux's tcp_congestion_control: <c>reno</c>.</summary>
    string Name { get; }

    /// <summary>cwnd in octets.</summary>
    long Window { get; }

    /// <summary>ssthresh in octets; <see cref="long.MaxValue"/> until the first congestion.</summary>
    long SlowStartThreshold { get; }

    /// <summary>The connection is established, or its segment size has changed.</summary>
    /// <param name="segmentBytes">SMSS.</param>
    /// <param name="initialWindowBytes">IW; 0: only the segment size changed.</param>
    void Start(int segmentBytes, long initialWindowBytes);

    /// <summary>New data was acknowledged outside fast recovery.</summary>
    void OnAcknowledged(in CongestionSample sample);

    /// <summary>Loss was found by duplicate or selective acknowledgments; fast recovery begins.</summary>
    /// <param name="flightBytes">FlightSize (RFC 5681 §3.1), without what limited transmit sent.</param>
    void OnLoss(long flightBytes, Instant now);

    /// <summary>Fast recovery is over.</summary>
    /// <param name="flightBytes">Outstanding now.</param>
    void OnRecovered(long flightBytes, Instant now);

    /// <summary>The retransmission timer ran out.</summary>
    /// <param name="isFirst">The first time for this segment (RFC 5681 §3.1, equation 4).</param>
    void OnTimeout(long flightBytes, bool isFirst, Instant now);

    /// <summary>Nothing was sent for longer than a retransmission timeout (RFC 5681 §4.1).</summary>
    /// <param name="restartWindowBytes">RW.</param>
    void OnIdle(long restartWindowBytes, Instant now);
}
