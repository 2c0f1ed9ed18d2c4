using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>Fast recovery begins.</summary>
/// <param name="FlightBytes">FlightSize (RFC 5681 §3.1), without what limited transmit sent.</param>
/// <param name="LostBytes">Judged lost so far.</param>
public readonly record struct LossEvent(long FlightBytes, long LostBytes, Instant Now);
