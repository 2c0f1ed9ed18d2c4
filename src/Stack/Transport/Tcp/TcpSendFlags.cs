namespace StackSharp.Stack.Transport.Tcp;

/// <summary>What the sender says of the octets it hands over.</summary>
[Flags]
public enum TcpSendFlags
{
    None = 0,

    /// <summary>The last octet is urgent (MSG_OOB; RFC 9293 §3.8.5).</summary>
    Urgent = 1,

    /// <summary>More follows soon: do not send a partial segment yet (MSG_MORE, MSG_PARTIAL).</summary>
    More = 2,

    /// <summary>A record ends here (MSG_EOR): no segment carries octets of it and of what follows.</summary>
    EndOfRecord = 4,
}
