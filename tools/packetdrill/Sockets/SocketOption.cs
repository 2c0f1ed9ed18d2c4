namespace StackSharp.Packetdrill.Sockets;

/// <summary>Levels of socket options (SOL_SOCKET and its kin).</summary>
internal enum OptionLevel
{
    Ip = 0,
    Socket = 1,
    Tcp = 6,
    Ipv6 = 41,
}

/// <summary>SO_REUSEADDR and its kin.</summary>
internal enum SocketLevelOption
{
    ReuseAddress = 2,
    Type = 3,
    Error = 4,
    SendBuffer = 7,
    ReceiveBuffer = 8,
    KeepAlive = 9,
    Linger = 13,
    AcceptsConnections = 30,
    MemoryUse = 55,
}

/// <summary>IP_TOS and its kin.</summary>
internal enum IpLevelOption
{
    TypeOfService = 1,
    TimeToLive = 2,
}

/// <summary>TCP_NODELAY and its kin.</summary>
internal enum TcpLevelOption
{
    NoDelay = 1,
    MaximumSegment = 2,
    Cork = 3,
    KeepIdle = 4,
    KeepInterval = 5,
    KeepCount = 6,
    SynCount = 7,
    DeferAccept = 9,
    Information = 11,
    QuickAck = 12,
    Congestion = 13,
    UserTimeout = 18,
    FastOpen = 23,
    NotSentLowWater = 25,
    CongestionInformation = 26,
    FastOpenConnect = 30,
    FastOpenKey = 33,
    FastOpenNoCookie = 34,
    UnreadBytes = 36,
}
