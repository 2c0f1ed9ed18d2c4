using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>Decides how much may be in flight, and how fast it leaves: events of one connection in, windows out (RFC 5681).</summary>
/// <remarks>
/// <para>Each connection has an instance of its own, which serves one conversation after another: <see cref="Start"/> forgets the last one. The stack calls under
/// its lock: an implementation neither blocks nor calls into the stack, allocates nothing per call and throws nothing. Amounts are octets of text,
/// times come as arguments, random numbers from <see cref="CongestionStart.Random"/>.</para>
/// <para>What one acknowledgment brings comes in this order: <see cref="OnSegmentLost"/> for what it shows to be lost, <see cref="OnLoss"/> if that begins a
/// recovery, <see cref="OnAcknowledged"/>, then <see cref="OnRecovered"/>, <see cref="OnSpuriousLoss"/> or <see cref="OnCongestionExperienced"/>.</para>
/// <para>To have an implementation used, register it with <see cref="CongestionControls.With"/> in <see cref="TcpLayerOptions.CongestionControls"/>.</para>
/// </remarks>
public interface ICongestionControl
{
    /// <summary>The name under which it is registered, as in Linux's tcp_congestion_control: <c>cubic</c>.</summary>
    string Name { get; }

    /// <summary>cwnd in octets: never below one segment.</summary>
    long Window { get; }

    /// <summary>ssthresh in octets; <see cref="long.MaxValue"/> until the first congestion. Proportional rate reduction (RFC 9937) steers to it in recovery.</summary>
    long SlowStartThreshold { get; }

    /// <summary>Octets per second at which to send; 0: the connection paces by itself, at <see cref="Window"/> per smoothed round trip and something above it, if <see cref="TcpSocketOptions.Pacing"/> holds.</summary>
    long PacingRate => 0;

    /// <summary><see cref="Window"/> holds during fast recovery too. False: proportional rate reduction decides there, and <see cref="Window"/> holds after it.</summary>
    bool OwnsRecoveryWindow => false;

    /// <summary>Asks for ECN-capable packets and an exact count of marks: they come as <see cref="CongestionSample.MarkedBytes"/>, and
    /// <see cref="OnCongestionExperienced"/> is not called. Looked at when the connection is opened.</summary>
    bool NeedsExactMarks => false;

    /// <summary>The algorithm itself sends less than it might: while this holds, the connection takes what it sends for limited by the application in rate samples.</summary>
    bool IsHoldingBack => false;

    /// <summary>The connection is established, or takes up this algorithm in place of another.</summary>
    void Start(in CongestionStart start);

    /// <summary>The segment size has changed with the path.</summary>
    /// <param name="segmentBytes">SMSS from now on.</param>
    void OnSegmentSize(int segmentBytes);

    /// <summary>New octets are about to leave.</summary>
    /// <param name="bytes">Octets.</param>
    /// <param name="inFlightBytes">In flight without them; 0: after a silence.</param>
    /// <param name="isApplicationLimited">The application had run out of data before.</param>
    void OnSent(long bytes, long inFlightBytes, bool isApplicationLimited, Instant now)
    {
    }

    /// <summary>An acknowledgment reported octets delivered, in whatever phase.</summary>
    void OnAcknowledged(in CongestionSample sample);

    /// <summary>Fast recovery begins. The new <see cref="SlowStartThreshold"/> is read after it.</summary>
    void OnLoss(in LossEvent loss);

    /// <summary>A segment was judged lost, by whatever means.</summary>
    void OnSegmentLost(in LostSegment segment)
    {
    }

    /// <summary>Fast recovery is over: everything outstanding when it began is acknowledged.</summary>
    /// <param name="flightBytes">Outstanding now.</param>
    void OnRecovered(long flightBytes, Instant now);

    /// <summary>The retransmission timer ran out.</summary>
    /// <param name="flightBytes">FlightSize (RFC 5681 §3.1): outstanding.</param>
    /// <param name="isFirst">The first time for this segment (RFC 5681 §3.1, equation 4).</param>
    void OnTimeout(long flightBytes, bool isFirst, Instant now);

    /// <summary>The peer echoed a congestion mark: called once per window of data (RFC 3168 §6.1.2).</summary>
    /// <param name="flightBytes">Outstanding.</param>
    void OnCongestionExperienced(long flightBytes, Instant now);

    /// <summary>Nothing of what the latest <see cref="OnLoss"/> or first <see cref="OnTimeout"/> stood for was lost: take its effect back.</summary>
    void OnSpuriousLoss(Instant now);

    /// <summary>Data is sent again after a silence longer than the retransmission timeout (RFC 5681 §4.1).</summary>
    /// <param name="restartWindowBytes">RW.</param>
    void OnIdle(long restartWindowBytes, Instant now);

    /// <summary>The application has nothing to send while the window would allow more.</summary>
    void OnApplicationLimited(Instant now)
    {
    }
}
