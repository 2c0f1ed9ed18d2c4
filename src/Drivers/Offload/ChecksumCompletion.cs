using System.Buffers.Binary;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;

namespace StackSharp.Drivers.Offload;

/// <summary>Does in software what was left to a device: for recordings, and for frames that go on to a link without offload.</summary>
internal static class ChecksumCompletion
{
    /// <summary>Finishes the checksum of a frame on its way out.</summary>
    public static void Complete(Span<byte> frame, LinkMedium medium, in TransmitOffload offload)
    {
        if (!offload.NeedsChecksum || Recompute(frame, medium)) return;

        // Not TCP or UDP as we know it: add up what the sender prepared.
        int field = offload.ChecksumStart + offload.ChecksumOffset;
        if (field + sizeof(ushort) > frame.Length) return;
        uint sum = InternetChecksum.Sum(frame[offload.ChecksumStart..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[field..], InternetChecksum.Finish(sum));
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
