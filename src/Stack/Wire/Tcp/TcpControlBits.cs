namespace StackSharp.Stack.Wire.Tcp;

/// <summary>The control bits of a TCP header (RFC 9293 §3.1), with AE of RFC 9768 §3.1 where NS once was.</summary>
[Flags]
public enum TcpControlBits : ushort
{
    None = 0,
    Fin = 0x001,
    Syn = 0x002,
    Rst = 0x004,
    Psh = 0x008,
    Ack = 0x010,
    Urg = 0x020,

    /// <summary>ECN-Echo (RFC 3168 §6.1).</summary>
    Ece = 0x040,

    /// <summary>Congestion Window Reduced (RFC 3168 §6.1).</summary>
    Cwr = 0x080,

    /// <summary>Accurate ECN (RFC 9768 §3.1).</summary>
    Ae = 0x100,
}
