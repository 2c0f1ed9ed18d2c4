namespace StackSharp.Winsock;

/// <content>Flags of functions, some of which are still to come.</content>
public static partial class Ws2_32
{
    public const int MSG_ERRQUEUE = 0x1000;
    public const int MSG_TRUNC = 0x100;
    public const int MSG_CTRUNC = 0x200;
    public const int MSG_BCAST = 0x400;
    public const int MSG_MCAST = 0x800;

    public const uint WSA_FLAG_ACCESS_SYSTEM_SECURITY = 0x40;
    public const uint WSA_FLAG_REGISTERED_IO = 0x100;

    public const int CF_ACCEPT = 0;
    public const int CF_REJECT = 1;
    public const int CF_DEFER = 2;

    public const int JL_SENDER_ONLY = 1;
    public const int JL_RECEIVER_ONLY = 2;
    public const int JL_BOTH = 4;

    public const uint LUP_DEEP = 1;
    public const uint LUP_CONTAINERS = 2;
    public const uint LUP_NOCONTAINERS = 4;
    public const uint LUP_NEAREST = 8;
    public const uint LUP_RETURN_NAME = 0x10;
    public const uint LUP_RETURN_TYPE = 0x20;
    public const uint LUP_RETURN_VERSION = 0x40;
    public const uint LUP_RETURN_COMMENT = 0x80;
    public const uint LUP_RETURN_ADDR = 0x100;
    public const uint LUP_RETURN_BLOB = 0x200;
    public const uint LUP_RETURN_ALIASES = 0x400;
    public const uint LUP_RETURN_QUERY_STRING = 0x800;
    public const uint LUP_RETURN_ALL = 0xFF0;
    public const uint LUP_FLUSHPREVIOUS = 0x1000;
    public const uint LUP_FLUSHCACHE = 0x2000;
    public const uint LUP_RES_SERVICE = 0x8000;

    public const uint RESULT_IS_ALIAS = 1;
    public const uint RESULT_IS_ADDED = 0x10;
    public const uint RESULT_IS_CHANGED = 0x20;
    public const uint RESULT_IS_DELETED = 0x40;

    public const int NS_ALL = 0;
    public const int NS_DNS = 12;
    public const int NS_NETBT = 13;
    public const int NS_WINS = 14;
    public const int NS_NLA = 15;
    public const int NS_BTH = 16;
    public const int NS_NTDS = 32;
    public const int NS_EMAIL = 37;
    public const int NS_PNRPNAME = 38;
    public const int NS_PNRPCLOUD = 39;

    public const int AI_PASSIVE = 1;
    public const int AI_CANONNAME = 2;
    public const int AI_NUMERICHOST = 4;
    public const int AI_NUMERICSERV = 8;
    public const int AI_DNS_ONLY = 0x10;
    public const int AI_ALL = 0x100;
    public const int AI_ADDRCONFIG = 0x400;
    public const int AI_V4MAPPED = 0x800;
    public const int AI_NON_AUTHORITATIVE = 0x4000;
    public const int AI_SECURE = 0x8000;
    public const int AI_RETURN_PREFERRED_NAMES = 0x10000;
    public const int AI_FQDN = 0x20000;
    public const int AI_FILESERVER = 0x40000;
    public const int AI_DISABLE_IDN_ENCODING = 0x80000;

    public const uint RIO_MSG_DONT_NOTIFY = 1;
    public const uint RIO_MSG_DEFER = 2;
    public const uint RIO_MSG_WAITALL = 4;
    public const uint RIO_MSG_COMMIT_ONLY = 8;

    public const uint SOCK_NOTIFY_EVENT_IN = 1;
    public const uint SOCK_NOTIFY_EVENT_OUT = 2;
    public const uint SOCK_NOTIFY_EVENT_HANGUP = 4;
    public const uint SOCK_NOTIFY_EVENT_ERR = 0x40;
    public const uint SOCK_NOTIFY_EVENT_REMOVE = 0x80;

    public const uint SOCK_NOTIFY_OP_NONE = 0;
    public const uint SOCK_NOTIFY_OP_ENABLE = 1;
    public const uint SOCK_NOTIFY_OP_DISABLE = 2;
    public const uint SOCK_NOTIFY_OP_REMOVE = 4;

    public const uint SOCK_NOTIFY_TRIGGER_ONESHOT = 1;
    public const uint SOCK_NOTIFY_TRIGGER_PERSISTENT = 2;
    public const uint SOCK_NOTIFY_TRIGGER_LEVEL = 4;
    public const uint SOCK_NOTIFY_TRIGGER_EDGE = 8;

    public const uint TF_DISCONNECT = 1;
    public const uint TF_REUSE_SOCKET = 2;
    public const uint TF_WRITE_BEHIND = 4;
    public const uint TF_USE_DEFAULT_WORKER = 0;
    public const uint TF_USE_SYSTEM_THREAD = 0x10;
    public const uint TF_USE_KERNEL_APC = 0x20;

    public const int SERVICETYPE_NOTRAFFIC = 0;
    public const int SERVICETYPE_BESTEFFORT = 1;
    public const int SERVICETYPE_CONTROLLEDLOAD = 2;
    public const int SERVICETYPE_GUARANTEED = 3;
    public const int SERVICETYPE_NETWORK_UNAVAILABLE = 4;

    public const uint SERVICE_MULTIPLE = 1;
    public const uint SERVICE_FLAG_DEFER = 1;
    public const uint SERVICE_FLAG_HARD = 2;

    public const int RCVALL_OFF = 0;
    public const int RCVALL_ON = 1;
    public const int RCVALL_SOCKETLEVELONLY = 2;
    public const int RCVALL_IPLEVEL = 3;
}
