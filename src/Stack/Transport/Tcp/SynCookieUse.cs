namespace StackSharp.Stack.Transport.Tcp;

/// <summary>When a listener answers a SYN by a cookie, and remembers nothing until the ACK brings it back (RFC 4987 §3.6).</summary>
public enum SynCookieUse
{
    /// <summary>Never: with the SYN queue full, SYNs are dropped.</summary>
    Never,

    /// <summary>While the SYN queue is full.</summary>
    WhenFull,

    /// <summary>For every SYN.</summary>
    Always,
}
