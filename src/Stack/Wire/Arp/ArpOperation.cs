namespace StackSharp.Stack.Wire.Arp;

/// <summary>The opcode of an ARP packet (RFC 826); other values are possible.</summary>
public enum ArpOperation : ushort
{
    Request = 1,
    Reply = 2,
}
