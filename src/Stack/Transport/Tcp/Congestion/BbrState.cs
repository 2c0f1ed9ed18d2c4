namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>What <see cref="Bbr"/> is doing (draft-ietf-ccwg-bbr §5.1).</summary>
internal enum BbrState : byte
{
    Startup,
    Drain,
    ProbeDown,
    ProbeCruise,
    ProbeRefill,
    ProbeUp,
    ProbeRoundTrip,
}
