namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>What holds for every algorithm's window.</summary>
internal static class CongestionWindow
{
    /// <summary>Twice what a peer can announce at most (RFC 7323 §2.3): beyond it growth would mean nothing, and products of two windows might not fit.</summary>
    public const long Largest = 1L << 31;

    public static long Bound(long windowBytes) => Math.Min(windowBytes, Largest);
}
