using StackSharp.Stack.Buffers;
using StackSharp.Stack.Network.Ipv4;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;

namespace StackSharp.Stack.Network.Icmp;

/// <summary>Builds ICMP answers and errors (RFC 792, RFC 1122 §3.2.2).</summary>
internal sealed class Icmpv4Output(IcmpOptions options, INetworkBuffers buffers, PathTable paths, Ipv4Output output, IcmpStatistics statistics, ulong secret)
{
    /// <summary>Answers whose data is no longer than this get a buffer of their own, so that a few octets never hold a large one.</summary>
    private const int CopiedBytes = 2048;

    private readonly ErrorRateLimit _limit = new(options, secret);

    /// <summary>Reports on a received packet to its source, if it may be reported on and the limits allow it (RFC 1122 §3.2.2).</summary>
    /// <param name="restOfHeader">The second word.</param>
    public void SendError(in IpPacket about, Icmpv4Type type, byte code, uint restOfHeader, Instant now)
    {
        if (!MayReportOn(about)) return;
        if (!_limit.TryTake(about.Source, (byte)type, now))
        {
            statistics.RateLimited++;
            return;
        }
        // The source is the address that was asked for: this host has it, or the packet would not be here (RFC 1122 §3.2.2, §3.3.4.2).
        // A router speaks with the address of the interface that the error leaves by (RFC 1812 §4.3.2.4).
        IpAddress local = about.IsForOthers ? IpAddress.AnyIpv4 : about.Destination;
        if (paths.TryGetForOnce(local, about.Source, 0, out NetworkPath? path) != RouteError.None)
        {
            statistics.OutErrors++;
            return;
        }
        int room = Math.Max(options.MaximumErrorBytes, Ipv4Header.MaximumSize + 8 + Icmpv4Header.Size + Ipv4Header.MinimumSize);
        int quoted = Math.Min(about.Whole.Length, room - Ipv4Header.MinimumSize - Icmpv4Header.Size);
        if (!TryBuild(about.Whole[..quoted], out TransmitFrame? frame, out uint sum))
        {
            statistics.OutErrors++;
            return;
        }
        Icmpv4Writer.Write(frame!.Prepend(Icmpv4Header.Size), type, code, restOfHeader, sum);
        statistics.CountOut((byte)type);
        Ipv4SendOptions send = new() { Protocol = IpProtocol.Icmp, TrafficClass = TrafficClass.NetworkControl };
        output.Send(path!, frame, send, now);
    }

    /// <summary>Answers an echo request: same identifier, sequence number and data, from the address that was asked (RFC 1122 §3.2.2.6).</summary>
    /// <returns>None, NoBuffers or NoRoute.</returns>
    public IcmpDropReason? SendEchoReply(in IpPacket request, Instant now)
    {
        if (paths.TryGetForOnce(request.Destination, request.Source, 0, out NetworkPath? path) != RouteError.None) return IcmpDropReason.NoRoute;
        Span<byte> message = request.Payload;
        ReadOnlySpan<byte> data = message[Icmpv4Header.Size..];
        TransmitFrame? frame;
        uint sum;
        if (data.Length > CopiedBytes)
        {
            frame = buffers.TryRentFrame();
            if (frame is null) return IcmpDropReason.NoBuffers;
            frame.Append(new PacketSlice(request.Buffer.AddReference(), request.PayloadOffset + Icmpv4Header.Size, data.Length));
            sum = InternetChecksum.Sum(data);
        }
        else if (!TryBuild(data, out frame, out sum)) return IcmpDropReason.NoBuffers;
        uint word = Icmpv4Writer.EchoWord(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(message[4..]), System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(message[6..]));
        Icmpv4Writer.Write(frame!.Prepend(Icmpv4Header.Size), Icmpv4Type.EchoReply, 0, word, sum);
        statistics.CountOut((byte)Icmpv4Type.EchoReply);
        Span<byte> replyOptions = stackalloc byte[Ipv4OptionWriter.MaximumSize];
        int optionsLength = request.Options.IsEmpty ? 0 : ReplyOptions.Write(request.Options, request.Destination, now, replyOptions);
        Ipv4SendOptions send = new()
        {
            Protocol = IpProtocol.Icmp,
            TrafficClass = request.TrafficClass.WithEcn(EcnCodepoint.NotEct),
            Options = replyOptions[..optionsLength],
        };
        output.Send(path!, frame, send, now);
        return null;
    }

    private bool TryBuild(ReadOnlySpan<byte> data, out TransmitFrame? frame, out uint sum)
    {
        sum = InternetChecksum.Sum(data);
        frame = buffers.TryRentFrame();
        if (frame is null) return false;
        if (data.IsEmpty) return true;
        PacketBuffer? buffer = buffers.TryRentBuffer(data.Length, "icmp send");
        if (buffer is null)
        {
            frame.Release();
            return false;
        }
        data.CopyTo(buffer.Storage);
        frame.Append(new PacketSlice(buffer, 0, data.Length));
        return true;
    }

    private static bool MayReportOn(in IpPacket about)
    {
        if (about.IsBroadcast || about.IsMulticast) return false;
        IpAddress source = about.Source;
        bool isOneHost = !source.IsUnspecified && !source.IsMulticast && !source.IsLimitedBroadcast && !source.IsClassE
            && (!source.IsLoopback || about.Link.IsLoopback) && !about.Link.AddressTable.IsBroadcast(source, orZeros: true);
        if (!isOneHost) return false;
        ReadOnlySpan<byte> header = about.Whole;
        bool isLaterFragment = (System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(header[6..]) & 0x1FFF) != 0;
        if (isLaterFragment) return false;
        if (about.Protocol != IpProtocol.Icmp) return true;
        // An ICMP message too short to tell its type may be an error as well.
        return about.PayloadLength >= Icmpv4Header.Size && (Icmpv4Type)about.Payload[0] is Icmpv4Type.EchoRequest or Icmpv4Type.EchoReply
            or Icmpv4Type.TimestampRequest or Icmpv4Type.TimestampReply;
    }
}
