namespace StackSharp.Winsock;

/// <summary>The numbers of WinSock2.h, WS2tcpip.h and WS2ipdef.h that the functions here know.</summary>
public static partial class Ws2_32
{
    public const int SOCKET_ERROR = -1;
    public const int SOMAXCONN = 0x7fffffff;

    public const int AF_UNSPEC = 0;
    public const int AF_INET = 2;
    public const int AF_INET6 = 23;

    public const int SOCK_STREAM = 1;
    public const int SOCK_DGRAM = 2;
    public const int SOCK_RAW = 3;

    public const int IPPROTO_IP = 0;
    public const int IPPROTO_TCP = 6;
    public const int IPPROTO_UDP = 17;
    public const int IPPROTO_IPV6 = 41;
    public const int FROM_PROTOCOL_INFO = -1;

    public const uint WSA_FLAG_OVERLAPPED = 0x01;
    public const uint WSA_FLAG_MULTIPOINT_C_ROOT = 0x02;
    public const uint WSA_FLAG_MULTIPOINT_C_LEAF = 0x04;
    public const uint WSA_FLAG_MULTIPOINT_D_ROOT = 0x08;
    public const uint WSA_FLAG_MULTIPOINT_D_LEAF = 0x10;
    public const uint WSA_FLAG_NO_HANDLE_INHERIT = 0x80;

    public const int SD_RECEIVE = 0;
    public const int SD_SEND = 1;
    public const int SD_BOTH = 2;

    public const int MSG_OOB = 0x1;
    public const int MSG_PEEK = 0x2;
    public const int MSG_DONTROUTE = 0x4;
    public const int MSG_WAITALL = 0x8;
    public const int MSG_INTERRUPT = 0x10;
    public const int MSG_PUSH_IMMEDIATE = 0x20;
    public const int MSG_PARTIAL = 0x8000;

    public const uint FIONBIO = 0x8004667E;
    public const uint SIO_UDP_CONNRESET = 0x9800000C;
    public const uint FIONREAD = 0x4004667F;
    public const uint SIOCATMARK = 0x40047307;

    public const short POLLERR = 0x0001;
    public const short POLLHUP = 0x0002;
    public const short POLLNVAL = 0x0004;
    public const short POLLWRNORM = 0x0010;
    public const short POLLWRBAND = 0x0020;
    public const short POLLRDNORM = 0x0100;
    public const short POLLRDBAND = 0x0200;
    public const short POLLPRI = 0x0400;
    public const short POLLIN = POLLRDNORM | POLLRDBAND;
    public const short POLLOUT = POLLWRNORM;

    public const int SOL_SOCKET = 0xffff;
    public const int SO_DEBUG = 0x0001;
    public const int SO_ACCEPTCONN = 0x0002;
    public const int SO_REUSEADDR = 0x0004;
    public const int SO_KEEPALIVE = 0x0008;
    public const int SO_DONTROUTE = 0x0010;
    public const int SO_BROADCAST = 0x0020;
    public const int SO_USELOOPBACK = 0x0040;
    public const int SO_LINGER = 0x0080;
    public const int SO_OOBINLINE = 0x0100;
    public const int SO_DONTLINGER = ~SO_LINGER;
    public const int SO_EXCLUSIVEADDRUSE = ~SO_REUSEADDR;
    public const int SO_SNDBUF = 0x1001;
    public const int SO_RCVBUF = 0x1002;
    public const int SO_SNDLOWAT = 0x1003;
    public const int SO_RCVLOWAT = 0x1004;
    public const int SO_SNDTIMEO = 0x1005;
    public const int SO_RCVTIMEO = 0x1006;
    public const int SO_ERROR = 0x1007;
    public const int SO_TYPE = 0x1008;
    public const int SO_MAX_MSG_SIZE = 0x2003;
    public const int SO_OPENTYPE = 0x7008;
    public const int SO_CONNECT_TIME = 0x700C;

    public const int TCP_NODELAY = 1;
    public const int TCP_KEEPALIVE = 3;
    public const int TCP_KEEPIDLE = TCP_KEEPALIVE;
    public const int TCP_MAXSEG = 4;
    public const int TCP_MAXRT = 5;
    public const int TCP_TIMESTAMPS = 10;
    public const int TCP_MAXRTMS = 14;
    public const int TCP_FASTOPEN = 15;
    public const int TCP_KEEPCNT = 16;
    public const int TCP_KEEPINTVL = 17;

    public const int UDP_NOCHECKSUM = 1;
    public const int UDP_SEND_MSG_SIZE = 2;

    public const int IP_OPTIONS = 1;
    public const int IP_HDRINCL = 2;
    public const int IP_TOS = 3;
    public const int IP_TTL = 4;
    public const int IP_MULTICAST_IF = 9;
    public const int IP_MULTICAST_TTL = 10;
    public const int IP_MULTICAST_LOOP = 11;
    public const int IP_ADD_MEMBERSHIP = 12;
    public const int IP_DROP_MEMBERSHIP = 13;
    public const int IP_DONTFRAGMENT = 14;
    public const int IP_PKTINFO = 19;
    public const int IP_RECVTTL = 21;
    public const int IP_RECEIVE_BROADCAST = 22;
    public const int IP_RECVIF = 24;
    public const int IP_RECVDSTADDR = 25;
    public const int IP_RECVTOS = 40;
    public const int IP_ECN = 50;
    public const int IP_MTU = 73;
    public const int IP_RECVERR = 75;

    public const int IPV6_V6ONLY = 27;

    public const uint INADDR_ANY = 0;
    public const uint INADDR_LOOPBACK = 0x7F000001;
    public const uint INADDR_BROADCAST = 0xFFFFFFFF;
    public const uint INADDR_NONE = 0xFFFFFFFF;
}
