using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack.Link;

/// <summary>For whom a frame was, by its link header (RFC 1122 §2.4).</summary>
internal enum LinkCast
{
    Unicast,
    Multicast,
    Broadcast,

    /// <summary>Another station's; only an interface that takes everything sees it.</summary>
    OtherStation,
}

/// <summary>A frame that passed the station's filter.</summary>
/// <param name="Offset">First octet of the payload, counted from the start of the frame.</param>
/// <param name="Length">Octets of payload, padding included.</param>
internal readonly record struct AcceptedFrame(EtherType EtherType, int Offset, int Length, LinkCast Cast);

/// <summary>An Ethernet station, or its membership of one VLAN: which frames it takes, and how its own begin.</summary>
internal sealed class EthernetPort
{
    private readonly LinkStatistics _statistics;
    private readonly TransmitQueue _queue;
    private readonly Dictionary<ulong, int> _groups = [];
    private readonly bool _promiscuous;
    private readonly PacketBuffer? _padding;
    private readonly VlanStack _vlan;

    /// <param name="padding">Zeros to fill short frames up with; null: leave them short.</param>
    /// <param name="vlan">The tags that its frames carry.</param>
    public EthernetPort(MacAddress address, TransmitQueue queue, LinkStatistics statistics, bool promiscuous, PacketBuffer? padding, VlanStack vlan = default)
    {
        _vlan = vlan;
        Address = address;
        _queue = queue;
        _statistics = statistics;
        _promiscuous = promiscuous;
        _padding = padding;
    }

    public MacAddress Address { get; }

    /// <summary>Receives frames to a group address; as often as it is called, so often <see cref="LeaveGroup"/> undoes it.</summary>
    public void JoinGroup(MacAddress group) => _groups[group.Value] = _groups.GetValueOrDefault(group.Value) + 1;

    public void LeaveGroup(MacAddress group)
    {
        if (!_groups.TryGetValue(group.Value, out int members)) return;
        if (members > 1) _groups[group.Value] = members - 1;
        else _groups.Remove(group.Value);
    }

    /// <summary>Reads the link header of a received frame; one that is malformed is counted here.</summary>
    public bool TryParse(ReadOnlySpan<byte> frame, out EthernetHeader header) =>
        EthernetHeader.TryParse(frame, out header, out EthernetFault fault) || Drop(ReasonFor(fault));

    /// <summary>Judges a frame of this port's VLAN; one that is not taken is counted here.</summary>
    public bool TryAccept(ReadOnlySpan<byte> frame, in EthernetHeader header, out AcceptedFrame accepted)
    {
        accepted = default;
        MacAddress source = header.Source;
        if (source.IsMulticast || source.IsZero) return Drop(LinkDropReason.GroupSource);
        if (source == Address) return Drop(LinkDropReason.OwnSource);
        if (!TryClassify(header.Destination, out LinkCast cast)) return false;
        frame.Overlaps(header.Payload, out int offset);
        accepted = new AcceptedFrame(header.EtherType, header.Payload.IsEmpty ? frame.Length : offset, header.Payload.Length, cast);
        return true;
    }

    /// <summary>Puts the link header in front, fills up and queues. The frame is the port's from here.</summary>
    /// <returns>False: the queue is full; counted, and the frame released.</returns>
    public bool Transmit(TransmitFrame frame, MacAddress destination, EtherType type)
    {
        int headerBytes = WriteHeader(frame, destination, type);
        TransmitOffload offload = frame.Offload;
        if (offload.NeedsChecksum || offload.Segmentation != SegmentationKind.None)
        {
            frame.Offload = offload with
            {
                ChecksumStart = (ushort)(offload.ChecksumStart + headerBytes),
                HeaderBytes = (ushort)(offload.HeaderBytes + headerBytes),
            };
        }
        int missing = EthernetWriter.MinimumFrameSize - frame.Length;
        if (missing > 0 && _padding is not null && frame.SliceCount < TransmitFrame.MaximumSlices)
            frame.Append(new PacketSlice(_padding.AddReference(), 0, missing));
        return Enqueue(frame);
    }

    /// <summary>Queues a packet for a medium without link header.</summary>
    public bool Enqueue(TransmitFrame frame)
    {
        int octets = frame.Length;
        if (!_queue.TryEnqueue(frame))
        {
            _statistics.CountDrop(LinkDropReason.TransmitQueueFull);
            frame.Release();
            return false;
        }
        _statistics.FramesSent++;
        _statistics.OctetsSent += octets;
        return true;
    }

    private bool TryClassify(MacAddress destination, out LinkCast cast)
    {
        cast = LinkCast.Unicast;
        if (destination == Address) return true;
        if (destination.IsBroadcast)
        {
            cast = LinkCast.Broadcast;
            return true;
        }
        if (destination.IsMulticast)
        {
            cast = LinkCast.Multicast;
            return _promiscuous || _groups.ContainsKey(destination.Value) || Drop(LinkDropReason.MulticastNotJoined);
        }
        cast = LinkCast.OtherStation;
        return _promiscuous || Drop(LinkDropReason.OtherStation);
    }

    private int WriteHeader(TransmitFrame frame, MacAddress destination, EtherType type)
    {
        int octets = EthernetWriter.Size + (_vlan.Depth * VlanTag.Size);
        Span<byte> header = frame.Prepend(octets);
        switch (_vlan.Depth)
        {
            case 0:
                EthernetWriter.Write(header, destination, Address, type);
                break;
            case 1:
                EthernetWriter.Write(header, destination, Address, _vlan.Outer, type);
                break;
            default:
                EthernetWriter.Write(header, destination, Address, _vlan.Outer, _vlan.Inner, type);
                break;
        }
        return octets;
    }

    private bool Drop(LinkDropReason reason)
    {
        _statistics.CountDrop(reason);
        return false;
    }

    private static LinkDropReason ReasonFor(EthernetFault fault) => fault switch
    {
        EthernetFault.InvalidType => LinkDropReason.InvalidType,
        EthernetFault.LengthBeyondFrame => LinkDropReason.LengthBeyondFrame,
        EthernetFault.UnknownLlc => LinkDropReason.UnknownLlc,
        EthernetFault.ReservedVlan => LinkDropReason.ReservedVlan,
        EthernetFault.TooManyTags => LinkDropReason.TooManyTags,
        _ => LinkDropReason.Truncated,
    };
}
