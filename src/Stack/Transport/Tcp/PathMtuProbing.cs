namespace StackSharp.Stack.Transport.Tcp;

/// <summary>When a connection finds out by trying how large its segments may be (RFC 4821), for paths that lose what is too big and do not say so.</summary>
public enum PathMtuProbing
{
    /// <summary>Never: what ICMP says is all there is.</summary>
    Disabled,

    /// <summary>Once large segments have timed out again and again.</summary>
    OnBlackHole,

    /// <summary>From the start: with small segments first, and larger ones as they prove to get through.</summary>
    Always,
}
