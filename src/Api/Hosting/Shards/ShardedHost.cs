using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;

namespace StackSharp.Hosting.Shards;

/// <summary>One host on a device with several queues: a stack with a lock and a receive thread of its own, a shard, for each queue.</summary>
/// <remarks>
/// To use several cores, listen on each shard, on the same port: connections then spread as the device spreads its flows, and stay on the
/// shard where their SYN arrived. Outgoing connections belong to the shard that opened them. A packet that arrives at another shard than its
/// connection's is handed over, as is one for a socket that only one shard has, so any shard can do alone what need not spread. Broadcasts and
/// multicasts reach the sockets of every shard.
/// <para>The device must put all packets of an incoming connection, and all pieces of a datagram, into one queue, as hashes of addresses and ports
/// do. Budgets, limits and timers in <see cref="StackHostOptions"/> hold for each shard. A continuation of a shard's socket runs inline
/// (<see cref="CompletionMode.Inline"/>) only on that shard's receive thread: what was handed over completes in the thread pool.</para>
/// </remarks>
public sealed class ShardedHost : IAsyncDisposable, IDisposable
{
    private readonly StackHost[] _shards;
    private readonly NetworkInterface[] _interfaces;
    private readonly Lock _settings = new();
    private int _disposeCalls;
    private Task _ended = Task.CompletedTask;

    /// <summary>Makes a shard for each queue, attaches it and starts to receive.</summary>
    /// <param name="queues">The queues of one device. They belong to this host from here on.</param>
    /// <param name="options">For each shard. Functions in it are called by all of them, at the same time.</param>
    /// <exception cref="ArgumentException">No queue, more than 64, or queues that differ in medium, hardware address or MTU. They stay the caller's.</exception>
    public ShardedHost(IReadOnlyList<ILinkDevice> queues, StackHostOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(queues);
        ThrowIfNotOneDevice(queues);
        options ??= new StackHostOptions();
        ShardGroup group = new(queues.Count);
        NetworkStackOptions stack = options.Stack with { Tcp = WithOneFastOpenKey(options.Stack.Tcp, options.Random) };
        _shards = [.. Enumerable.Range(0, queues.Count).Select(index => new StackHost(options with
        {
            Stack = stack with { Shard = new ShardPlace(group, index) },
            Random = RandomFor(options.Random),
        }))];
        foreach (StackHost shard in _shards) shard.JoinShards(_shards);
        _interfaces = [.. _shards.Select((shard, index) => shard.Attach(queues[index]))];
    }

    // A client's next SYN may reach another shard than the one that gave it the cookie.
    private static TcpLayerOptions WithOneFastOpenKey(TcpLayerOptions options, IRandomSource random)
    {
        if (options.FastOpenKeys is not null) return options;
        Span<byte> key = stackalloc byte[FastOpenKeys.KeySize];
        random.Fill(key);
        return options with { FastOpenKeys = new FastOpenKeys(key) };
    }

    /// <summary>The shards, in the order of their queues. They end with this host; not by themselves.</summary>
    public IReadOnlyList<StackHost> Shards => _shards;

    /// <summary>Each shard's interface on its queue.</summary>
    public IReadOnlyList<NetworkInterface> Interfaces => _interfaces;

    /// <summary>The router for everything that has no better route; null: none. Setting replaces it on every shard.</summary>
    /// <exception cref="SocketException">As <see cref="StackHost.DefaultGateway"/>.</exception>
    public IpAddress? DefaultGateway
    {
        get => _shards[0].DefaultGateway;
        set => ForEach((shard, _) => shard.DefaultGateway = value);
    }

    /// <summary>Gives every shard an address on the device. One of them, the first, announces and defends it for all.</summary>
    /// <param name="address">With the host bits: 198.18.0.1/24.</param>
    /// <exception cref="SocketException">As <see cref="StackHost.AddAddress"/>.</exception>
    public void AddAddress(IpPrefix address, bool detectConflicts = false) =>
        ForEach((shard, device) => shard.AddAddress(device, address, detectConflicts));

    /// <summary>Takes an address away.</summary>
    /// <exception cref="SocketException">AddressNotAvailable: the device does not have it.</exception>
    public void RemoveAddress(IpAddress address) => ForEach((shard, device) => shard.RemoveAddress(device, address));

    /// <summary>Adds a route by the device to every shard.</summary>
    /// <param name="gateway">Null: the destinations are on the link itself.</param>
    /// <exception cref="SocketException">As <see cref="StackHost.AddRoute"/>.</exception>
    public void AddRoute(IpPrefix prefix, IpAddress? gateway, int metric = 0) =>
        ForEach((shard, device) => shard.AddRoute(prefix, gateway, device, metric));

    /// <returns>False: there is no such route.</returns>
    public bool RemoveRoute(IpPrefix prefix, IpAddress? gateway)
    {
        bool removed = false;
        ForEach((shard, device) => removed |= shard.RemoveRoute(prefix, gateway, device));
        return removed;
    }

    /// <summary>Ends every shard. Whatever waits on their sockets ends with an error. Takes no longer than <see cref="StackHost.Dispose"/> does.</summary>
    /// <remarks>Called on a receive thread of a shard, by an inline continuation, it does not wait: the thread cannot join itself.</remarks>
    public void Dispose()
    {
        Task ended = DisposeAsync().AsTask();
        if (!_shards.Any(shard => shard.IsReceiveThread)) ended.GetAwaiter().GetResult();
    }

    /// <summary>As <see cref="Dispose"/>, without holding a thread.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_settings)
        {
            if (_disposeCalls++ == 0) _ended = EndAsync();
            return new ValueTask(_ended);
        }
    }

    // Packets of one shard may wait in sockets of another: all connections go first, then the memory.
    private async Task EndAsync()
    {
        foreach (StackHost shard in _shards) shard.AbortShard();
        await Task.WhenAll(_shards.Select(shard => shard.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    // The first shard comes last: when it announces an address, the others know it.
    private void ForEach(Action<StackHost, NetworkInterface> change)
    {
        lock (_settings)
        {
            for (int index = _shards.Length - 1; index >= 0; index--) change(_shards[index], _interfaces[index]);
        }
    }

    /// <summary>A source is used by one thread at a time, and every shard has a lock of its own.</summary>
    private static IRandomSource RandomFor(IRandomSource random) =>
        random is SystemRandomSource ? new SystemRandomSource() : new SharedRandomSource(random);

    private static void ThrowIfNotOneDevice(IReadOnlyList<ILinkDevice> queues)
    {
        if (queues.Count is 0 or > ShardGroup.MaximumShards)
            throw new ArgumentException($"{queues.Count} queues: 1 to {ShardGroup.MaximumShards} can be shards.", nameof(queues));
        LinkDeviceInfo first = queues[0].Info;
        foreach (ILinkDevice queue in queues)
        {
            LinkDeviceInfo info = queue.Info;
            if (info.Medium == first.Medium && info.Address == first.Address && info.MaximumTransmissionUnit == first.MaximumTransmissionUnit) continue;
            throw new ArgumentException(
                $"{info.Name} is {info.Address} with MTU {info.MaximumTransmissionUnit}, {first.Name} is {first.Address} with MTU "
                + $"{first.MaximumTransmissionUnit}: give the queues of one device.", nameof(queues));
        }
    }
}
