using System.Runtime.InteropServices;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport;

/// <summary>The local ports of one protocol and who holds them, by the rules of Winsock's sharing table.</summary>
public sealed class PortTable
{
    private const int MostSpare = 256;
    private readonly Dictionary<ushort, PortHolders> _ports = [];
    private readonly PortMap? _held;
    private readonly Stack<PortHolders> _spare = new();

    public PortTable()
    {
    }

    /// <param name="held">Where it says for others which ports are in use; null: nowhere.</param>
    internal PortTable(PortMap? held) => _held = held;

    /// <summary>Claims a port.</summary>
    /// <param name="local">Address (unspecified: all) and port, not 0.</param>
    /// <returns>AddressAlreadyInUse or AccessDenied, as the table on "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE" has it.</returns>
    public TransportError TryBind(in IpEndpoint local, PortSharing sharing, out PortBinding? binding)
    {
        binding = null;
        if (_ports.TryGetValue(local.Port, out PortHolders? holders))
        {
            foreach (PortBinding holder in holders.Bindings)
            {
                TransportError conflict = Conflict(holder.Local.Address, holder.Sharing, local.Address, sharing);
                if (conflict != TransportError.None) return conflict;
            }
            foreach (IpAddress address in holders.DrawnFor.Keys)
            {
                TransportError conflict = Conflict(address, PortSharing.Default, local.Address, sharing);
                if (conflict != TransportError.None) return conflict;
            }
        }
        holders ??= Add(local.Port);
        binding = new PortBinding(this, local, sharing);
        holders.Bindings.Add(binding);
        return TransportError.None;
    }

    /// <summary>Claims a port for one outgoing connection, until <see cref="Return"/>: other such connections may share it, listeners and explicit
    /// binds may not.</summary>
    internal bool TryDraw(in IpEndpoint local)
    {
        if (!_ports.TryGetValue(local.Port, out PortHolders? holders)) holders = Add(local.Port);
        else if (holders.Bindings.Count > 0) return false;
        CollectionsMarshal.GetValueRefOrAddDefault(holders.DrawnFor, local.Address, out _)++;
        return true;
    }

    /// <summary>One outgoing connection less on a port that <see cref="TryDraw"/> gave.</summary>
    internal void Return(in IpEndpoint local)
    {
        PortHolders holders = _ports[local.Port];
        if (--CollectionsMarshal.GetValueRefOrNullRef(holders.DrawnFor, local.Address) == 0) holders.DrawnFor.Remove(local.Address);
        RemoveIfUnused(local.Port, holders);
    }

    /// <summary>Somebody holds the port, on whichever address.</summary>
    public bool IsInUse(ushort port) => _ports.ContainsKey(port);

    internal void Remove(PortBinding binding)
    {
        if (!_ports.TryGetValue(binding.Local.Port, out PortHolders? holders)) return;
        holders.Bindings.Remove(binding);
        RemoveIfUnused(binding.Local.Port, holders);
    }

    private PortHolders Add(ushort port)
    {
        PortHolders holders = _spare.TryPop(out PortHolders? spare) ? spare : new PortHolders();
        _ports.Add(port, holders);
        _held?.Add(port);
        return holders;
    }

    private void RemoveIfUnused(ushort port, PortHolders holders)
    {
        if (holders.Bindings.Count > 0 || holders.DrawnFor.Count > 0) return;
        _ports.Remove(port);
        _held?.Remove(port);
        if (_spare.Count < MostSpare) _spare.Push(holders);
    }

    // Row: who is there; column: who comes. Two different specific addresses never meet.
    private static TransportError Conflict(in IpAddress held, PortSharing heldSharing, in IpAddress address, PortSharing sharing)
    {
        bool holderWild = held.IsUnspecified;
        bool wild = address.IsUnspecified;
        if (held.IsIpv4 != address.IsIpv4) return TransportError.None;
        if (!holderWild && !wild && held != address) return TransportError.None;
        bool samePlace = holderWild == wild;
        return (heldSharing, sharing) switch
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

    /// <summary>Who uses one port number. Used again, so that drawing ports allocates nothing.</summary>
    private sealed class PortHolders
    {
        public List<PortBinding> Bindings { get; } = [];

        /// <summary>Outgoing connections, by local address.</summary>
        public Dictionary<IpAddress, int> DrawnFor { get; } = [];
    }
}
