namespace StackSharp.Tests.TestKit.Packets;

/// <summary>Which way a packet of a scenario goes.</summary>
public enum PacketDirection
{
    /// <summary>Written <c>&lt;</c>: given to the stack under test.</summary>
    Inject,

    /// <summary>Written <c>&gt;</c>: must be sent by the stack under test.</summary>
    Expect,
}
