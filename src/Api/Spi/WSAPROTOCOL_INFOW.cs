namespace StackSharp.Spi;

/// <summary>A catalog entry: one protocol of one provider.</summary>
public sealed record WSAPROTOCOL_INFOW
{
    /// <summary>Octets of the structure as C has it: what WSAEnumProtocols counts in.</summary>
    public const int Size = 628;

    public const uint XP1_CONNECTIONLESS = 0x1;
    public const uint XP1_GUARANTEED_DELIVERY = 0x2;
    public const uint XP1_GUARANTEED_ORDER = 0x4;
    public const uint XP1_MESSAGE_ORIENTED = 0x8;
    public const uint XP1_GRACEFUL_CLOSE = 0x20;
    public const uint XP1_EXPEDITED_DATA = 0x40;
    public const uint XP1_SUPPORT_BROADCAST = 0x200;
    public const uint XP1_SUPPORT_MULTIPOINT = 0x400;
    public const uint PFL_HIDDEN = 4;
    public const uint PFL_MATCHES_PROTOCOL_ZERO = 8;

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
