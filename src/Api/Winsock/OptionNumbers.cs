namespace StackSharp.Winsock;

/// <content>Socket options that the functions here do not know yet.</content>
public static partial class Ws2_32
{
    public const int PVD_CONFIG = 0x3001;

    public const int SO_BSP_STATE = 0x1009;
    public const int SO_GROUP_ID = 0x2001;
    public const int SO_GROUP_PRIORITY = 0x2002;
    public const int SO_PROTOCOL_INFOA = 0x2004;
    public const int SO_PROTOCOL_INFOW = 0x2005;
    public const int SO_CONDITIONAL_ACCEPT = 0x3002;
    public const int SO_PAUSE_ACCEPT = 0x3003;
    public const int SO_COMPARTMENT_ID = 0x3004;
    public const int SO_RANDOMIZE_PORT = 0x3005;
    public const int SO_PORT_SCALABILITY = 0x3006;
    public const int SO_REUSE_UNICASTPORT = 0x3007;
    public const int SO_REUSE_MULTICASTPORT = 0x3008;
    public const int SO_TIMESTAMP = 0x300A;
    public const int SO_TIMESTAMP_ID = 0x300B;
    public const int SO_ORIGINAL_DST = 0x300F;
    public const int SO_CONNDATA = 0x7000;
    public const int SO_CONNOPT = 0x7001;
    public const int SO_DISCDATA = 0x7002;
    public const int SO_DISCOPT = 0x7003;
    public const int SO_CONNDATALEN = 0x7004;
    public const int SO_CONNOPTLEN = 0x7005;
    public const int SO_DISCDATALEN = 0x7006;
    public const int SO_DISCOPTLEN = 0x7007;
    public const int SO_MAXDG = 0x7009;
    public const int SO_MAXPATHDG = 0x700A;
    public const int SO_UPDATE_ACCEPT_CONTEXT = 0x700B;
    public const int SO_UPDATE_CONNECT_CONTEXT = 0x7010;

    public const int IP_ADD_SOURCE_MEMBERSHIP = 15;
    public const int IP_DROP_SOURCE_MEMBERSHIP = 16;
    public const int IP_BLOCK_SOURCE = 17;
    public const int IP_UNBLOCK_SOURCE = 18;
    public const int IP_IFLIST = 28;
    public const int IP_ADD_IFLIST = 29;
    public const int IP_DEL_IFLIST = 30;
    public const int IP_UNICAST_IF = 31;
    public const int IP_RTHDR = 32;
    public const int IP_GET_IFLIST = 33;
    public const int IP_RECVRTHDR = 38;
    public const int IP_TCLASS = 39;
    public const int IP_ORIGINAL_ARRIVAL_IF = 47;
    public const int IP_RECVECN = 50;
    public const int IP_PKTINFO_EX = 51;
    public const int IP_MTU_DISCOVER = 71;
    public const int IP_NRT_INTERFACE = 74;
    public const int IP_USER_MTU = 76;

    public const int MCAST_JOIN_GROUP = 41;
    public const int MCAST_LEAVE_GROUP = 42;
    public const int MCAST_BLOCK_SOURCE = 43;
    public const int MCAST_UNBLOCK_SOURCE = 44;
    public const int MCAST_JOIN_SOURCE_GROUP = 45;
    public const int MCAST_LEAVE_SOURCE_GROUP = 46;

    public const int IPV6_HOPOPTS = 1;
    public const int IPV6_HDRINCL = 2;
    public const int IPV6_UNICAST_HOPS = 4;
    public const int IPV6_MULTICAST_IF = 9;
    public const int IPV6_MULTICAST_HOPS = 10;
    public const int IPV6_MULTICAST_LOOP = 11;
    public const int IPV6_ADD_MEMBERSHIP = 12;
    public const int IPV6_JOIN_GROUP = 12;
    public const int IPV6_DROP_MEMBERSHIP = 13;
    public const int IPV6_LEAVE_GROUP = 13;
    public const int IPV6_DONTFRAG = 14;
    public const int IPV6_PKTINFO = 19;
    public const int IPV6_HOPLIMIT = 21;
    public const int IPV6_PROTECTION_LEVEL = 23;
    public const int IPV6_RECVIF = 24;
    public const int IPV6_RECVDSTADDR = 25;
    public const int IPV6_CHECKSUM = 26;
    public const int IPV6_IFLIST = 28;
    public const int IPV6_ADD_IFLIST = 29;
    public const int IPV6_DEL_IFLIST = 30;
    public const int IPV6_UNICAST_IF = 31;
    public const int IPV6_RTHDR = 32;
    public const int IPV6_GET_IFLIST = 33;
    public const int IPV6_RECVRTHDR = 38;
    public const int IPV6_TCLASS = 39;
    public const int IPV6_RECVTCLASS = 40;
    public const int IPV6_ORIGINAL_ARRIVAL_IF = 47;
    public const int IPV6_RECVECN = 50;
    public const int IPV6_PKTINFO_EX = 51;
    public const int IPV6_MTU_DISCOVER = 71;
    public const int IPV6_MTU = 72;
    public const int IPV6_NRT_INTERFACE = 74;
    public const int IPV6_RECVERR = 75;
    public const int IPV6_USER_MTU = 76;

    public const int TCP_EXPEDITED_1122 = 2;
    public const int TCP_STDURG = 6;
    public const int TCP_NOURG = 7;
    public const int TCP_ATMARK = 8;
    public const int TCP_NOSYNRETRIES = 9;
    public const int TCP_CONGESTION_ALGORITHM = 12;
    public const int TCP_DELAY_FIN_ACK = 13;
    public const int TCP_FAIL_CONNECT_ON_ICMP_ERROR = 18;
    public const int TCP_ICMP_ERROR_INFO = 19;
    public const int TCP_BSDURGENT = 0x7000;

    public const int UDP_RECV_MAX_COALESCED_SIZE = 3;
    public const int UDP_CHECKSUM_COVERAGE = 20;
}
