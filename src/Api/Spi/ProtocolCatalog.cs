namespace StackSharp.Spi;

/// <summary>The protocols that programs can ask for, in the order in which they are searched. Built up front, then read by any thread.</summary>
public sealed class ProtocolCatalog
{
    private const uint FirstEntryId = 1001;
    private readonly List<(WSAPROTOCOL_INFOW Info, ITransportProvider Provider)> _entries = [];

    public ProtocolCatalog(params ReadOnlySpan<ITransportProvider> providers)
    {
        foreach (ITransportProvider provider in providers) Add(provider);
    }

    /// <summary>Every entry, in order.</summary>
    public IEnumerable<WSAPROTOCOL_INFOW> Entries => _entries.Select(entry => entry.Info);

    public IEnumerable<ITransportProvider> Providers => _entries.Select(entry => entry.Provider).Distinct();

    /// <summary>Appends all that a provider offers.</summary>
    public void Add(ITransportProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        foreach (WSAPROTOCOL_INFOW offered in provider.Protocols)
        {
            uint id = FirstEntryId + (uint)_entries.Count;
            _entries.Add((offered with { dwCatalogEntryId = id, ProviderId = provider.ProviderId, ProtocolChain = [id] }, provider));
        }
    }

    /// <summary>The first entry that matches; an argument of 0 matches what the entry says of itself.</summary>
    public bool TryFind(int af, int type, int protocol, out WSAPROTOCOL_INFOW? info, out ITransportProvider? provider)
    {
        foreach ((WSAPROTOCOL_INFOW candidate, ITransportProvider owner) in _entries)
        {
            if (candidate.iAddressFamily != af) continue;
            if (type != 0 && candidate.iSocketType != type) continue;
            if (!Matches(candidate, protocol)) continue;
            (info, provider) = (candidate, owner);
            return true;
        }
        (info, provider) = (null, null);
        return false;
    }

    /// <summary>The entry of that number.</summary>
    public bool TryFind(uint catalogEntryId, out WSAPROTOCOL_INFOW? info, out ITransportProvider? provider)
    {
        (info, provider) = _entries.Find(entry => entry.Info.dwCatalogEntryId == catalogEntryId);
        return info is not null;
    }

    internal bool HasFamily(int af) => _entries.Exists(entry => entry.Info.iAddressFamily == af);

    internal bool HasType(int type) => _entries.Exists(entry => entry.Info.iSocketType == type);

    private static bool Matches(WSAPROTOCOL_INFOW entry, int protocol)
    {
        if (protocol == 0 && (entry.dwProviderFlags & WSAPROTOCOL_INFOW.PFL_MATCHES_PROTOCOL_ZERO) != 0) return true;
        return protocol >= entry.iProtocol && protocol <= entry.iProtocol + entry.iProtocolMaxOffset;
    }
}
