using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport;

/// <summary>The local ports of one protocol and who holds them, by the rules of Winsock's sharing table.</summary>
public sealed class PortTable
{
    private readonly Dictionary<ushort, List<PortBinding>> _ports = [];

    /// <summary>Claims a port.</summary>
    /// <param name="local">Address (unspecified: all) and port, not 0.</param>
    /// <returns>AddressAlreadyInUse or AccessDenied, as the table on "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE" has it.</returns>
    public TransportError TryBind(in IpEndpoint local, PortSharing sharing, out PortBinding? binding)
    {
        binding = null;
        if (!_ports.TryGetValue(local.Port, out List<PortBinding>? holders)) _ports[local.Port] = holders = [];
        foreach (PortBinding holder in holders)
        {
            TransportError conflict = Conflict(holder, local.Address, sharing);
            if (conflict != TransportError.None) return conflict;
        }
        binding = new PortBinding(this, local, sharing);
        holders.Add(binding);
        return TransportError.None;
    }

    /// <summary>Claims a port for one outgoing connection: other such connections may share it, listeners and explicit binds may not.</summary>
    internal bool TryShare(in IpEndpoint local, out PortBinding? binding)
    {
        binding = null;
        if (!_ports.TryGetValue(local.Port, out List<PortBinding>? holders)) _ports[local.Port] = holders = [];
        foreach (PortBinding holder in holders)
            if (!holder.IsShared) return false;
        binding = new PortBinding(this, local, PortSharing.Default) { IsShared = true };
        holders.Add(binding);
        return true;
    }

    /// <summary>Somebody holds the port, on whichever address.</summary>
    public bool IsInUse(ushort port) => _ports.ContainsKey(port);

    internal void Remove(PortBinding binding)
    {
        if (!_ports.TryGetValue(binding.Local.Port, out List<PortBinding>? holders)) return;
        holders.Remove(binding);
        if (holders.Count == 0) _ports.Remove(binding.Local.Port);
    }

    // Row: who is there; column: who comes. Two different specific addresses never meet.
    private static TransportError Conflict(PortBinding holder, in IpAddress address, PortSharing sharing)
    {
        bool holderWild = holder.Local.Address.IsUnspecified;
        bool wild = address.IsUnspecified;
        if (holder.Local.Address.IsIpv4 != address.IsIpv4) return TransportError.None;
        if (!holderWild && !wild && holder.Local.Address != address) return TransportError.None;
        bool samePlace = holderWild == wild;
        return (holder.Sharing, sharing) switch
        {
            (PortSharing.Default, PortSharing.ReuseAddress) => samePlace ? TransportError.AccessDenied : TransportError.None,
            (PortSharing.Default, PortSharing.Default) => samePlace ? TransportError.AddressAlreadyInUse : TransportError.None,
            (PortSharing.Default, PortSharing.Exclusive) => !holderWild || wild ? TransportError.AddressAlreadyInUse : TransportError.None,
            (PortSharing.ReuseAddress, PortSharing.ReuseAddress) => TransportError.None,
            (PortSharing.ReuseAddress, PortSharing.Default) => samePlace ? TransportError.AddressAlreadyInUse : TransportError.None,
            (PortSharing.ReuseAddress, PortSharing.Exclusive) => !holderWild || wild ? TransportError.AddressAlreadyInUse : TransportError.None,
            _ when holderWild => wild && sharing != PortSharing.ReuseAddress ? TransportError.AddressAlreadyInUse : TransportError.AccessDenied,
            _ when wild => sharing == PortSharing.Exclusive ? TransportError.AddressAlreadyInUse : TransportError.None,
            _ => sharing == PortSharing.ReuseAddress ? TransportError.AccessDenied : TransportError.AddressAlreadyInUse,
        };
    }
}
