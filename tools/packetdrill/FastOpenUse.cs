namespace StackSharp.Packetdrill;

/// <summary>Bits of the setting net.ipv4.tcp_fastopen.</summary>
[Flags]
internal enum FastOpenUse
{
    None = 0,

    /// <summary>Sockets may connect with it.</summary>
    Client = 1,

    /// <summary>Listeners may take it.</summary>
    Server = 2,

    /// <summary>Octets leave in any SYN, whether a cookie is known or not.</summary>
    ClientWithoutCookie = 4,

    /// <summary>Octets are taken from any SYN.</summary>
    ServerWithoutCookie = 0x200,

    /// <summary>Every listener takes it, as many as its backlog.</summary>
    EveryListener = 0x400,
}
