namespace StackSharp.Stack.Transport.Tcp;

/// <summary>How the two ends of a connection tell each other of congestion marks.</summary>
public enum EcnFeedback
{
    /// <summary>Not at all: packets are not ECN-capable.</summary>
    None,

    /// <summary>One signal for each round trip: ECE until CWR answers it (RFC 3168).</summary>
    Classic,

    /// <summary>Marks are counted: AccECN (RFC 9768).</summary>
    Accurate,
}
