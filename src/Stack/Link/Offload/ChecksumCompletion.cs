using System.Buffers.Binary;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Udp;

namespace StackSharp.Stack.Link.Offload;

/// <summary>Does in software what was left to a device: for recordings, and for frames that go on to a link without offload.</summary>
public static class ChecksumCompletion
{
    /// <summary>Finishes the checksum of a frame on its way out.</summary>
    /// <param name="frame">The whole frame in one piece.</param>
    /// <param name="medium">How it begins.</param>
    /// <param name="offload">What its sender left to the device.</param>
    public static void Complete(Span<byte> frame, LinkMedium medium, in TransmitOffload offload)
    {
        if (!offload.NeedsChecksum || Recompute(frame, medium)) return;

        // Not TCP or UDP as we know it: add up what the sender prepared.
        int field = offload.ChecksumStart + offload.ChecksumOffset;
        if (field + sizeof(ushort) > frame.Length) return;
        uint sum = InternetChecksum.Sum(frame[offload.ChecksumStart..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[field..], InternetChecksum.Finish(sum));
    }

    /// <summary>Finishes the checksum of a frame where it stands, headers and slices, and leaves nothing to the device.</summary>
    public static void Complete(TransmitFrame frame)
    {
        TransmitOffload offload = frame.Offload;
        frame.Offload = default;
        if (!offload.NeedsChecksum || offload.ChecksumStart + offload.ChecksumOffset + sizeof(ushort) > frame.HeaderLength) return;
        Span<byte> transport = frame.Header[offload.ChecksumStart..];
        Span<byte> field = transport[offload.ChecksumOffset..];
        // The field holds the pseudo-header's sum, so it is part of what is added up.
        uint sum = SumWithPayload(InternetChecksum.Sum(transport), transport.Length, frame.Payload);
        // UDP's is the one that may not be 0 (RFC 768), and its field stands at another place than TCP's.
        BinaryPrimitives.WriteUInt16BigEndian(
            field, offload.ChecksumOffset == UdpWriter.ChecksumOffset ? InternetChecksum.FinishNonZero(sum) : InternetChecksum.Finish(sum));
    }

    /// <summary>Adds slices of payload to a sum.</summary>
    /// <param name="sum">Of what stands in front of them.</param>
    /// <param name="summed">Octets of that.</param>
    internal static uint SumWithPayload(uint sum, int summed, ReadOnlySpan<PacketSlice> payload)
    {
        foreach (ref readonly PacketSlice slice in payload)
        {
            sum = InternetChecksum.Combine(sum, summed, InternetChecksum.Sum(slice.Span));
            summed += slice.Length;
        }
        return sum;
    }

    /// <summary>Sets the TCP or UDP checksum, over the whole frame however large. A UDP datagram without checksum stays so.</summary>
    /// <returns>False if the frame is neither, or not whole.</returns>
    public static bool Recompute(Span<byte> frame, LinkMedium medium)
    {
        if (!TransportLocation.TryFind(frame, medium, out TransportLocation location)) return false;
        Span<byte> transport = frame[location.Transport..location.End];
        Span<byte> field = transport[location.ChecksumOffset..];
        if (location.Protocol == IpProtocol.Udp && location.IsIpv4 && BinaryPrimitives.ReadUInt16BigEndian(field) == 0) return true;
        BinaryPrimitives.WriteUInt16BigEndian(field, 0);
        uint sum = InternetChecksum.Sum(transport, location.PseudoHeader(frame, transport.Length));
        ushort checksum = location.Protocol == IpProtocol.Udp ? InternetChecksum.FinishNonZero(sum) : InternetChecksum.Finish(sum);
        BinaryPrimitives.WriteUInt16BigEndian(field, checksum);
        return true;
    }
}
