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

/// <summary>An Ethernet station: which frames it takes, and how its own begin.</summary>
/// <remarks>VLANs: a priority tag (VID 0) is taken off; frames of any other VLAN are counted and dropped, as there are no VLAN interfaces yet.</remarks>
internal sealed class EthernetPort
{
    private readonly LinkStatistics _statistics;
    private readonly TransmitQueue _queue;
    private readonly Dictionary<ulong, int> _groups = [];
    private readonly bool _promiscuous;
    private readonly PacketBuffer? _padding;

    /// <param name="padding">Zeros to fill short frames up with; null: leave them short.</param>
    public EthernetPort(MacAddress address, TransmitQueue queue, LinkStatistics statistics, bool promiscuous, PacketBuffer? padding)
    {
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

    /// <summary>Judges a received frame; a frame that is not taken is counted here.</summary>
    public bool TryAccept(ReadOnlySpan<byte> frame, out AcceptedFrame accepted)
    {
        accepted = default;
        if (!EthernetHeader.TryParse(frame, out EthernetHeader header, out EthernetFault fault)) return Drop(ReasonFor(fault));
        MacAddress source = header.Source;
        if (source.IsMulticast || source.IsZero) return Drop(LinkDropReason.GroupSource);
        if (source == Address) return Drop(LinkDropReason.OwnSource);
        if (!TryClassify(header.Destination, out LinkCast cast)) return false;
        if (header.TagCount > 0 && !IsPriorityOnly(header)) return Drop(LinkDropReason.UnknownVlan);
        frame.Overlaps(header.Payload, out int offset);
        accepted = new AcceptedFrame(header.EtherType, header.Payload.IsEmpty ? frame.Length : offset, header.Payload.Length, cast);
        return true;
    }

    /// <summary>Puts the link header in front, fills up and queues. The frame is the port's from here.</summary>
    /// <returns>False: the queue is full; counted, and the frame released.</returns>
    public bool Transmit(TransmitFrame frame, MacAddress destination, EtherType type)
    {
        EthernetWriter.Write(frame.Prepend(EthernetWriter.Size), destination, Address, type);
        TransmitOffload offload = frame.Offload;
        if (offload.NeedsChecksum || offload.Segmentation != SegmentationKind.None)
        {
            frame.Offload = offload with
            {
                ChecksumStart = (ushort)(offload.ChecksumStart + EthernetWriter.Size),
                HeaderBytes = (ushort)(offload.HeaderBytes + EthernetWriter.Size),
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

    private static bool IsPriorityOnly(in EthernetHeader header) =>
        header.OuterTag.Identifier == VlanTag.PriorityOnlyIdentifier
        && (header.TagCount == 1 || header.InnerTag.Identifier == VlanTag.PriorityOnlyIdentifier);

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
