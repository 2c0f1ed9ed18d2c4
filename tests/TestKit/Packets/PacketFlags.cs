namespace StackSharp.Tests.TestKit.Packets;

/// <summary>TCP control bits as they stand in octets 12 and 13 of the header (RFC 9293 §3.1, RFC 9768 §3).</summary>
[Flags]
public enum PacketFlags
{
    None = 0,
    Fin = 0x01,
    Syn = 0x02,
    Rst = 0x04,
    Psh = 0x08,
    Ack = 0x10,
    Urg = 0x20,
    Ece = 0x40,
    Cwr = 0x80,
    Ae = 0x100,
}
