namespace StackSharp.Hosting;

/// <summary>What a socket could do now without waiting, in the terms of select and WSAPoll.</summary>
[Flags]
internal enum SocketReadiness
{
    None = 0,

    /// <summary>Receiving or accepting returns at once, be it with an error or the end of the stream.</summary>
    Read = 1,

    /// <summary>Sending takes something at once, or fails.</summary>
    Write = 2,

    /// <summary>An urgent octet waits outside the stream.</summary>
    Urgent = 4,

    /// <summary>A non-blocking connect failed.</summary>
    ConnectFailed = 8,

    /// <summary>The peer has finished sending.</summary>
    PeerFinished = 16,

    /// <summary>The connection failed after it was established.</summary>
    Failed = 32,

    /// <summary>Octets wait, or a datagram, or a connection.</summary>
    Data = 64,

    /// <summary>The socket was closed.</summary>
    Closed = 128,
}
