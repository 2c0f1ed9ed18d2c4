namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>What the connection was about when an acknowledgment arrived.</summary>
public enum CongestionPhase : byte
{
    /// <summary>No loss is being repaired.</summary>
    Open,

    /// <summary>Fast recovery: the acknowledgment that ends it included.</summary>
    Recovery,

    /// <summary>After a timeout, until everything outstanding then is acknowledged; the acknowledgment that ends it included.</summary>
    TimeoutRecovery,
}
