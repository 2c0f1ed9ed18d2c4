using System.Globalization;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Tracing;

namespace StackSharp.Cli.Tracing;

/// <summary>Events of TCP connections as lines of CSV: docs/cli.md says what each column holds, and in which unit.</summary>
internal static class TraceText
{
    public const string Header =
        "time_s,local,remote,event,state,phase,octets,offset,cwnd,ssthresh,snd_wnd,in_flight,lost,srtt_us,rto_us,pacing_rate,delivery_rate";

    /// <param name="origin">What time counts from.</param>
    public static string Format(in TcpTraceEvent happened, Instant origin)
    {
        string threshold = happened.SlowStartThreshold == long.MaxValue ? "" : happened.SlowStartThreshold.ToString(CultureInfo.InvariantCulture);
        double seconds = (happened.At.Nanoseconds - origin.Nanoseconds) / 1e9;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{seconds:0.000000},{happened.Local},{happened.Remote},{happened.Kind},{happened.State},{happened.Phase},{happened.Octets},{happened.Offset},"
            + $"{happened.CongestionWindow},{threshold},{happened.SendWindow},{happened.InFlight},{happened.LostBytes},"
            + $"{(long)happened.SmoothedRoundTripTime.TotalMicroseconds},{(long)happened.RetransmissionTimeout.TotalMicroseconds},{happened.PacingRate},{happened.DeliveryRate}");
    }
}
