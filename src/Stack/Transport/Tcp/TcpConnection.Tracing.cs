using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Stack.Transport.Tcp.Tracing;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>The event stream. A connection that nobody listens to asks whether somebody does, and that is all it costs.</content>
public sealed partial class TcpConnection
{
    private void Trace(TcpTraceKind kind, Instant now, long octets = 0)
    {
        if (_options.Events is { } sink) Report(sink, kind, _send.Unacknowledged, octets, now);
    }

    private void TraceText(TcpTraceKind kind, SequenceNumber start, int octets, Instant now)
    {
        if (_options.Events is { } sink) Report(sink, kind, start, octets, now);
    }

    private void Report(ITcpEventSink sink, TcpTraceKind kind, SequenceNumber at, long octets, Instant now)
    {
        // Before it is established, congestion control speaks of the object's last conversation.
        bool hasWindow = _establishedAt != Instant.Never || Has(TcpFlags.FastOpen);
        // What proportional rate reduction allows is known with the acknowledgment that is being worked off, not yet when recovery begins.
        long window = kind == TcpTraceKind.RecoveryEntered ? _congestion.Window : CongestionWindow;
        TcpTraceEvent happened = new()
        {
            At = now,
            Kind = kind,
            Local = Local,
            Remote = Remote,
            State = State,
            Phase = PhaseOf(_recovery),
            Octets = octets,
            Offset = Math.Max(0, _bytesAcknowledged + (at - _send.QueueStart)),
            CongestionWindow = hasWindow ? window : 0,
            SlowStartThreshold = hasWindow ? _congestion.SlowStartThreshold : long.MaxValue,
            SendWindow = _send.Window,
            InFlight = Pipe,
            LostBytes = _sent?.LostBytes ?? 0,
            PacingRate = _pacingRate,
            DeliveryRate = _rate.BytesPerSecond,
            SmoothedRoundTripTime = _rtt.Smoothed,
            RetransmissionTimeout = _rtt.Timeout(_layer.Options),
        };
        sink.OnEvent(happened);
    }

    private static CongestionPhase PhaseOf(RecoveryPhase phase) => phase switch
    {
        RecoveryPhase.Fast => CongestionPhase.Recovery,
        RecoveryPhase.Timeout => CongestionPhase.TimeoutRecovery,
        _ => CongestionPhase.Open,
    };
}
