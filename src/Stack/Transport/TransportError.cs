namespace StackSharp.Stack.Transport;

/// <summary>Why a call failed or a connection ended. The numbers are Winsock's, so that the layers above convert by a cast.</summary>
public enum TransportError
{
    None = 0,

    /// <summary>WSAEACCES: broadcast without permission, or an address that another socket holds exclusively.</summary>
    AccessDenied = 10013,

    /// <summary>WSAEINVAL: the call does not fit the endpoint's state, or an argument is out of range.</summary>
    InvalidArgument = 10022,

    /// <summary>WSAEWOULDBLOCK: nothing to read, no room to write, no connection to accept.</summary>
    WouldBlock = 10035,

    /// <summary>WSAEALREADY: a connection attempt is under way.</summary>
    AlreadyInProgress = 10037,

    /// <summary>WSAEDESTADDRREQ: a datagram without destination.</summary>
    DestinationAddressRequired = 10039,

    /// <summary>WSAEMSGSIZE: the datagram is larger than the protocol or, with DF set, the path allows.</summary>
    MessageSize = 10040,

    /// <summary>WSAEOPNOTSUPP: not in this state or on this kind of endpoint.</summary>
    OperationNotSupported = 10045,

    /// <summary>WSAEADDRINUSE: another socket has the port, or the connection exists already.</summary>
    AddressAlreadyInUse = 10048,

    /// <summary>WSAEADDRNOTAVAIL: no interface has the local address, or the remote one cannot be reached by design.</summary>
    AddressNotAvailable = 10049,

    /// <summary>WSAENETDOWN: the interface is gone.</summary>
    NetworkDown = 10050,

    /// <summary>WSAENETUNREACH: no route.</summary>
    NetworkUnreachable = 10051,

    /// <summary>WSAENETRESET: keepalive found the peer gone, or (datagrams) the hop limit ran out on the way.</summary>
    NetworkReset = 10052,

    /// <summary>WSAECONNABORTED: ended by this side.</summary>
    ConnectionAborted = 10053,

    /// <summary>WSAECONNRESET: the peer sent RST, or (datagrams) port unreachable.</summary>
    ConnectionReset = 10054,

    /// <summary>WSAENOBUFS: a memory budget or table limit is reached.</summary>
    NoBufferSpaceAvailable = 10055,

    /// <summary>WSAEISCONN.</summary>
    IsConnected = 10056,

    /// <summary>WSAENOTCONN.</summary>
    NotConnected = 10057,

    /// <summary>WSAESHUTDOWN: this direction was shut down.</summary>
    Shutdown = 10058,

    /// <summary>WSAETIMEDOUT: retransmissions, keepalive or the user timeout ran out.</summary>
    TimedOut = 10060,

    /// <summary>WSAECONNREFUSED: RST answered the SYN.</summary>
    ConnectionRefused = 10061,

    /// <summary>WSAEHOSTUNREACH: no answer to address resolution, or ICMP said so.</summary>
    HostUnreachable = 10065,
}
