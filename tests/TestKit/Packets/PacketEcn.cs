namespace StackSharp.Tests.TestKit.Packets;

/// <summary>The two ECN bits of the IP header (RFC 3168 §5), by value.</summary>
public enum PacketEcn
{
    NotEct = 0,
    Ect1 = 1,
    Ect0 = 2,
    Ce = 3,
}
