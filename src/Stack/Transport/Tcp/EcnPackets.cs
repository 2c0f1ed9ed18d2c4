namespace StackSharp.Stack.Transport.Tcp;

/// <summary>Which packets of a connection with accurate feedback may be marked in place of being dropped (ECN++, draft-ietf-tcpm-generalized-ecn). With
/// classic feedback it is always <see cref="Data"/> (RFC 3168 §6.1).</summary>
public enum EcnPackets
{
    /// <summary>Those with octets that are sent for the first time.</summary>
    Data,

    /// <summary>All but our SYN. ACKs without octets only with SACK, which tells an answer to a mark on them from a duplicate ACK.</summary>
    AllButSyn,

    /// <summary>All. To a server that does not give accurate feedback the first flight is one segment then: it cannot say whether the SYN was marked.</summary>
    All,
}
