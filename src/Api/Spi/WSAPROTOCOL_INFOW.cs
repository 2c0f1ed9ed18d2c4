namespace StackSharp.Spi;

/// <summary>A catalog entry: one protocol of one provider.</summary>
public sealed record WSAPROTOCOL_INFOW
{
    /// <summary>Octets of the structure as C has it: what WSAEnumProtocols counts in.</summary>
    public const int Size = 628;

    public const uint XP1_CONNECTIONLESS = 1;
    public const uint XP1_GUARANTEED_DELIVERY = 2;
    public const uint XP1_GUARANTEED_ORDER = 4;
    public const uint XP1_MESSAGE_ORIENTED = 8;
    public const uint XP1_PSEUDO_STREAM = 0x10;
    public const uint XP1_GRACEFUL_CLOSE = 0x20;
    public const uint XP1_EXPEDITED_DATA = 0x40;
    public const uint XP1_CONNECT_DATA = 0x80;
    public const uint XP1_DISCONNECT_DATA = 0x100;
    public const uint XP1_SUPPORT_BROADCAST = 0x200;
    public const uint XP1_SUPPORT_MULTIPOINT = 0x400;
    public const uint XP1_MULTIPOINT_CONTROL_PLANE = 0x800;
    public const uint XP1_MULTIPOINT_DATA_PLANE = 0x1000;
    public const uint XP1_QOS_SUPPORTED = 0x2000;
    public const uint XP1_INTERRUPT = 0x4000;
    public const uint XP1_UNI_SEND = 0x8000;
    public const uint XP1_UNI_RECV = 0x10000;
    public const uint XP1_IFS_HANDLES = 0x20000;
    public const uint XP1_PARTIAL_MESSAGE = 0x40000;
    public const uint XP1_SAN_SUPPORT_SDP = 0x80000;

    public const uint PFL_MULTIPLE_PROTO_ENTRIES = 1;
    public const uint PFL_RECOMMENDED_PROTO_ENTRY = 2;
    public const uint PFL_HIDDEN = 4;
    public const uint PFL_MATCHES_PROTOCOL_ZERO = 8;
    public const uint PFL_NETWORKDIRECT_PROVIDER = 0x10;

    public uint dwServiceFlags1 { get; init; }

    public uint dwProviderFlags { get; init; }

    /// <summary>Which provider.</summary>
    public Guid ProviderId { get; init; }

    /// <summary>Given by the catalog.</summary>
    public uint dwCatalogEntryId { get; init; }

    /// <summary>0: a layer, 1: a base protocol, more: a chain.</summary>
    public IReadOnlyList<uint> ProtocolChain { get; init; } = [];

    public int iVersion { get; init; } = 2;

    public int iAddressFamily { get; init; }

    public int iMaxSockAddr { get; init; }

    public int iMinSockAddr { get; init; }

    public int iSocketType { get; init; }

    public int iProtocol { get; init; }

    /// <summary>Protocols up to <see cref="iProtocol"/> + this match too.</summary>
    public int iProtocolMaxOffset { get; init; }

    /// <summary>0: big-endian.</summary>
    public int iNetworkByteOrder { get; init; }

    public int iSecurityScheme { get; init; }

    /// <summary>0: a stream. Otherwise the largest message in octets.</summary>
    public uint dwMessageSize { get; init; }

    public string szProtocol { get; init; } = "";
}
