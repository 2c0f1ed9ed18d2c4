namespace StackSharp.Stack.Transport.Tcp;

/// <summary>What a listener makes of a SYN's Fast Open option.</summary>
[Flags]
internal enum FastOpenAnswer
{
    None = 0,

    /// <summary>Hand the connection over now, with the SYN's octets.</summary>
    Accept = 1,

    /// <summary>Put a cookie into the SYN-ACK.</summary>
    GiveCookie = 2,
}
