using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Udp;

namespace StackSharp.Stack.Transport.Udp;

/// <summary>What became of a received datagram.</summary>
internal enum UdpVerdict
{
    /// <summary>Queued at an endpoint, or dropped and counted.</summary>
    Taken,

    /// <summary>Nobody here listens, which is not counted yet: worth a Port Unreachable (RFC 1122 §4.1.3.1).</summary>
    NoPort,

    /// <summary>Broadcast or multicast: everybody here who wants it has it.</summary>
    TakenByAll,

    /// <summary>Broadcast or multicast that nobody here wants, which is not counted yet.</summary>
    WantedByNone,
}

/// <summary>UDP of one stack: its endpoints and ports (RFC 768).</summary>
public sealed class UdpLayer
{
    /// <summary>Payload up to these many octets is copied rather than left in a buffer more than twice as large.</summary>
    private const int SmallDatagram = 2048;
    private const int MediumDatagram = 16 << 10;

    /// <summary>Ports drawn before they are gone through in order.</summary>
    private const int RandomTries = 8;

    private readonly HashSet<UdpEndpoint> _endpoints = [];
    private readonly ReadyQueue _ready;
    private readonly IRandomSource _random;
    private readonly PortRange _ephemeral;

    internal UdpLayer(
        UdpLayerOptions options, ITransportNetwork network, IGroupMembership groups, ReadyQueue ready, IRandomSource random, PortShare share = default)
    {
        _ephemeral = new PortRange(options.FirstEphemeralPort, options.LastEphemeralPort, share);
        Ports = new PortTable(share.Held);
        Options = options;
        Network = network;
        Groups = groups;
        Table = new UdpEndpointTable(random.Next());
        _ready = ready;
        _random = random;
    }

    public UdpLayerOptions Options { get; }

    public UdpStatistics Statistics { get; } = new();

    /// <summary>Every open endpoint, in no order: for netstat.</summary>
    public IEnumerable<UdpEndpoint> Endpoints => _endpoints;

    internal ITransportNetwork Network { get; }

    internal IGroupMembership Groups { get; }

    internal UdpEndpointTable Table { get; }

    internal PortTable Ports { get; }

    /// <summary>A new endpoint, not bound.</summary>
    /// <param name="owner">Goes to <see cref="TransportEndpoint.Owner"/>.</param>
    /// <param name="endpoint">Null with an error.</param>
    /// <returns>NoBufferSpaceAvailable: <see cref="UdpLayerOptions.MaximumEndpoints"/> are open.</returns>
    public TransportError TryCreate(object owner, out UdpEndpoint? endpoint)
    {
        endpoint = null;
        if (_endpoints.Count >= Options.MaximumEndpoints) return TransportError.NoBufferSpaceAvailable;
        endpoint = new UdpEndpoint(this, _ready) { Owner = owner };
        _endpoints.Add(endpoint);
        return TransportError.None;
    }

    /// <summary>As <see cref="TryCreate"/>, for callers that have no use for the error.</summary>
    /// <exception cref="InvalidOperationException"><see cref="UdpLayerOptions.MaximumEndpoints"/> are open.</exception>
    public UdpEndpoint Create(object owner) =>
        TryCreate(owner, out UdpEndpoint? endpoint) == TransportError.None
            ? endpoint!
            : throw new InvalidOperationException($"{Options.MaximumEndpoints} UDP endpoints are open, which is the limit.");

    internal void Remove(UdpEndpoint endpoint) => _endpoints.Remove(endpoint);

    /// <summary>A datagram for one of our addresses, a broadcast address or a group.</summary>
    internal UdpVerdict OnDatagram(in TransportDatagram datagram, bool checksumVerified)
    {
        if (!UdpHeader.TryParse(datagram.Payload, out UdpHeader header)) return Drop(UdpDropReason.BadLength);
        if (!header.HasChecksum)
        {
            // Over IPv6 the checksum is mandatory (RFC 8200 §8.1).
            if (!Options.AcceptZeroChecksum || !datagram.Source.IsIpv4) return Drop(UdpDropReason.MissingChecksum);
        }
        else if (!checksumVerified && !header.IsChecksumValid(datagram.Source, datagram.Destination)) return Drop(UdpDropReason.BadChecksum);
        if (header.DestinationPort == 0 || IsSourceImpossible(datagram.Source)) return Drop(UdpDropReason.InvalidAddressOrPort);
        IpEndpoint local = new(datagram.Destination, header.DestinationPort);
        IpEndpoint remote = new(datagram.Source, header.SourcePort);
        if (datagram.IsBroadcast || datagram.IsMulticast) return DeliverToAll(datagram, header, local, remote);
        UdpEndpoint? endpoint = Table.Find(local, remote);
        if (endpoint is null) return UdpVerdict.NoPort;
        Deliver(endpoint, datagram, header, remote);
        return UdpVerdict.Taken;
    }

    /// <summary>Nobody at all wants a datagram.</summary>
    internal void CountNoEndpoint()
    {
        Statistics.NoPorts++;
        Statistics.CountDrop(UdpDropReason.NoEndpoint);
    }

    /// <summary>ICMP said something of a datagram of ours.</summary>
    /// <returns>False: no endpoint can have sent it.</returns>
    internal bool OnNetworkProblem(in NetworkProblem problem)
    {
        if (problem.TransportHeader.Length < 4) return false;
        IpEndpoint local = new(problem.Local, System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(problem.TransportHeader));
        IpEndpoint remote = new(problem.Remote, System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(problem.TransportHeader[2..]));
        UdpEndpoint? endpoint = Table.Find(local, remote);
        if (endpoint is null) return false;
        endpoint.OnNetworkProblem(problem, remote);
        return true;
    }

    /// <summary>Closes every endpoint.</summary>
    internal void Shutdown()
    {
        foreach (UdpEndpoint endpoint in _endpoints.ToArray()) endpoint.Close();
    }

    /// <summary>A port at random that nobody holds (RFC 6056 §3.3.1); after some tries the next free one.</summary>
    internal bool TryDrawPort(out ushort port)
    {
        uint count = (uint)_ephemeral.Count;
        for (int tries = 0; tries < RandomTries; tries++)
        {
            port = _ephemeral.At(_random.Below(count));
            if (!Ports.IsInUse(port)) return true;
        }
        uint first = _random.Below(count);
        for (uint step = 0; step < count; step++)
        {
            port = _ephemeral.At(first + step);
            if (!Ports.IsInUse(port)) return true;
        }
        port = 0;
        return false;
    }

    private UdpVerdict DeliverToAll(in TransportDatagram datagram, in UdpHeader header, in IpEndpoint local, in IpEndpoint remote)
    {
        bool any = false;
        if (Table.OnPort(local.Port) is { } endpoints)
        {
            foreach (UdpEndpoint endpoint in endpoints)
            {
                if (!endpoint.Wants(datagram, remote)) continue;
                any = true;
                Deliver(endpoint, datagram, header, remote);
            }
        }
        return any ? UdpVerdict.TakenByAll : UdpVerdict.WantedByNone;
    }

    // Several datagrams that the device merged into one frame are told apart again.
    private void Deliver(UdpEndpoint endpoint, in TransportDatagram datagram, in UdpHeader header, in IpEndpoint remote)
    {
        int length = header.Payload.Length;
        int segment = datagram.Buffer.Offload.SegmentBytes;
        if (segment == 0 || length <= segment)
        {
            Deliver(endpoint, datagram, 0, length, remote);
            return;
        }
        for (int position = 0; position < length; position += segment)
            Deliver(endpoint, datagram, position, Math.Min(segment, length - position), remote);
    }

    private void Deliver(UdpEndpoint endpoint, in TransportDatagram datagram, int position, int length, in IpEndpoint remote)
    {
        if (!endpoint.HasRoom(HeldBytes(datagram.Buffer, length)))
        {
            endpoint.CountDropped();
            Drop(UdpDropReason.QueueFull);
            return;
        }
        if (!TryKeep(datagram.Buffer, datagram.Offset + UdpHeader.Size + position, length, endpoint.NextUse, out PacketSlice payload))
        {
            Drop(UdpDropReason.NoBuffers);
            return;
        }
        Statistics.InDatagrams++;
        endpoint.Enqueue(new UdpDatagram(
            payload, remote, datagram.Destination, datagram.InterfaceIndex, datagram.HopLimit, datagram.TrafficClass, datagram.IsBroadcast, datagram.IsMulticast));
    }

    /// <summary>References the payload where it is, or copies it if it would hold much more memory than it fills.</summary>
    private bool TryKeep(PacketBuffer buffer, int offset, int length, BufferUse use, out PacketSlice payload)
    {
        payload = default;
        if (length == 0) return true;
        PacketBuffer? keeper = buffer;
        if (HeldBytes(buffer, length) < buffer.Capacity)
        {
            keeper = Network.TryRentBuffer(length, use, "udp receive");
            if (keeper is null) return false;
            buffer.Storage.Slice(offset, length).CopyTo(keeper.Storage);
            offset = 0;
        }
        else if (buffer.Pool.MayHold(use)) buffer.AddReference();
        else return false;
        payload = new PacketSlice(keeper, offset, length);
        return true;
    }

    // What a datagram that waits costs in memory: that of a copy where one is made, else of the buffer that it came in.
    private static int HeldBytes(PacketBuffer buffer, int length)
    {
        if (length == 0) return 0;
        int copy = length <= SmallDatagram ? SmallDatagram : MediumDatagram;
        return length <= copy && buffer.Capacity > 2 * copy ? copy : buffer.Capacity;
    }

    private bool IsSourceImpossible(in IpAddress source) => source.IsMulticast || Network.IsBroadcastAddress(source);

    private UdpVerdict Drop(UdpDropReason reason)
    {
        Statistics.InErrors++;
        Statistics.CountDrop(reason);
        return UdpVerdict.Taken;
    }
}
