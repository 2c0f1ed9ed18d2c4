namespace StackSharp.Winsock;

/// <content>Event objects and network events.</content>
public static partial class Ws2_32
{
    public const int WSA_MAXIMUM_WAIT_EVENTS = 64;
    public const uint WSA_INFINITE = 0xFFFFFFFF;
    public const uint WSA_WAIT_EVENT_0 = 0;
    public const uint WSA_WAIT_IO_COMPLETION = 0xC0;
    public const uint WSA_WAIT_TIMEOUT = 258;
    public const uint WSA_WAIT_FAILED = 0xFFFFFFFF;

    public const int FD_READ_BIT = 0;
    public const int FD_WRITE_BIT = 1;
    public const int FD_OOB_BIT = 2;
    public const int FD_ACCEPT_BIT = 3;
    public const int FD_CONNECT_BIT = 4;
    public const int FD_CLOSE_BIT = 5;
    public const int FD_QOS_BIT = 6;
    public const int FD_GROUP_QOS_BIT = 7;
    public const int FD_ROUTING_INTERFACE_CHANGE_BIT = 8;
    public const int FD_ADDRESS_LIST_CHANGE_BIT = 9;
    public const int FD_MAX_EVENTS = 10;

    public const int FD_READ = 1 << FD_READ_BIT;
    public const int FD_WRITE = 1 << FD_WRITE_BIT;
    public const int FD_OOB = 1 << FD_OOB_BIT;
    public const int FD_ACCEPT = 1 << FD_ACCEPT_BIT;
    public const int FD_CONNECT = 1 << FD_CONNECT_BIT;
    public const int FD_CLOSE = 1 << FD_CLOSE_BIT;
    public const int FD_QOS = 1 << FD_QOS_BIT;
    public const int FD_GROUP_QOS = 1 << FD_GROUP_QOS_BIT;
    public const int FD_ROUTING_INTERFACE_CHANGE = 1 << FD_ROUTING_INTERFACE_CHANGE_BIT;
    public const int FD_ADDRESS_LIST_CHANGE = 1 << FD_ADDRESS_LIST_CHANGE_BIT;
    public const int FD_ALL_EVENTS = (1 << FD_MAX_EVENTS) - 1;
}
