namespace StackSharp.Stack.Transport.Tcp.Sending;

/// <summary>What keeps a sender from having more on its way (RFC 4898, tcpEStatsPerfSndLim).</summary>
internal enum SendLimit : byte
{
    /// <summary>Nothing waits to be sent, and nothing to be acknowledged.</summary>
    Idle,

    /// <summary>The application has given no more, or holds back its last octets.</summary>
    Application,

    /// <summary>The application has more, and the send buffer no room.</summary>
    Buffer,

    /// <summary>The peer's window.</summary>
    PeerWindow,

    /// <summary>The congestion window.</summary>
    Congestion,
}
