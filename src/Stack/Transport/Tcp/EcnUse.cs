namespace StackSharp.Stack.Transport.Tcp;

/// <summary>What a socket has to do with explicit congestion notification (RFC 3168, RFC 9768).</summary>
public enum EcnUse
{
    /// <summary>Nothing: it neither asks for it nor agrees to it.</summary>
    Never,

    /// <summary>A peer that asks for it gets it, as accurately as it asks. Connecting does not ask, unless the congestion control needs exact marks.</summary>
    Answer,

    /// <summary>Connecting asks for classic feedback, one signal for each round trip (RFC 3168), and a listener knows no other.</summary>
    RequestClassic,

    /// <summary>Connecting asks for accurate feedback (RFC 9768), and takes classic feedback from a server that knows no other.</summary>
    Request,
}
