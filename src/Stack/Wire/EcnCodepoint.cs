namespace StackSharp.Stack.Wire;

/// <summary>The two ECN bits of an IP header (RFC 3168 §5).</summary>
public enum EcnCodepoint : byte
{
    /// <summary>Not ECN-capable transport.</summary>
    NotEct = 0,

    /// <summary>ECT(1): ECN-capable, and low latency wanted where L4S is in use (RFC 9331).</summary>
    Ect1 = 1,

    /// <summary>ECT(0): ECN-capable, classic.</summary>
    Ect0 = 2,

    /// <summary>CE: a router on the way is congested.</summary>
    CongestionExperienced = 3,
}
