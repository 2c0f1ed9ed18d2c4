using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Link.Offload;

/// <summary>Merges TCP segments that follow each other in one received batch, so that IP and TCP see one large segment (GRO).</summary>
/// <remarks>
/// What can be cut again into the very segments that came, but for the identifications of packets that are not to be fragmented
/// (RFC 6864 §4.1), is merged, and nothing else: a difference in TOS or ECN, TTL, DF, acknowledgment, window or any option keeps two segments
/// apart, and so does a wrong checksum. Text is copied behind the first segment's, as far as its buffer has room. Frames of one flow keep
/// their order; nothing waits for a later batch. One thread at a time uses it.
/// </remarks>
internal sealed class SegmentCoalescer(LinkMedium medium)
{
    private const int DontFragment = 0x40;
    private const int Flags = 13;
    private Runs _runs;
    private int _open;
    private int _oldest;

    /// <summary>Merges what can be merged.</summary>
    /// <param name="frames">In the order of arrival. Afterwards: first what is to be received, in order, then the buffers that were freed.</param>
    /// <returns>Frames to be received.</returns>
    public int Merge(Span<PacketBuffer> frames)
    {
        if (frames.Length < 2) return frames.Length;   // The single frame that somebody waits for is not held up.
        int kept = 0;
        for (int i = 0; i < frames.Length; i++)
        {
            PacketBuffer frame = frames[i];
            if (TryMerge(frame)) continue;
            // All between the frames kept and this one are free.
            frames[i] = frames[kept];
            frames[kept++] = frame;
        }
        _open = 0;
        return kept;
    }

    private bool TryMerge(PacketBuffer frame)
    {
        ReadOnlySpan<byte> bytes = frame.Span;
        MergeClass found = MergeableSegment.Classify(bytes, medium, out MergeableSegment segment);
        if (found == MergeClass.Unconcerned) return false;
        if (found == MergeClass.Barrier)
        {
            _open = 0;
            return false;
        }
        int index = Find(bytes, segment);
        bool isText = found == MergeClass.Text && frame.Offload.SegmentBytes == 0;   // What the device has merged stays as it is.
        bool opens = isText && (bytes[segment.Transport + Flags] & (byte)TcpControlBits.Psh) == 0;
        if (index >= 0)
        {
            ref Run run = ref _runs[index];
            if (isText && Continues(run, frame, segment))
            {
                if (Append(ref run, bytes, segment)) Close(index);
                return true;
            }
            if (opens) run = new Run(frame, segment);
            else Close(index);
            return false;
        }
        if (opens) Open(frame, segment);
        return false;
    }

    private int Find(ReadOnlySpan<byte> frame, in MergeableSegment segment)
    {
        uint ports = Unsafe.ReadUnaligned<uint>(in frame[segment.Transport]);
        for (int i = 0; i < _open; i++)
        {
            ref readonly Run run = ref _runs[i];
            if (run.Ports != ports) continue;
            ReadOnlySpan<byte> head = run.Head.Span;
            if (run.First.Transport - run.First.Network == segment.Transport - segment.Network
                && Addresses(head, run.First).SequenceEqual(Addresses(frame, segment))) return i;
        }
        return -1;
    }

    private static ReadOnlySpan<byte> Addresses(ReadOnlySpan<byte> frame, in MergeableSegment segment) =>
        frame[segment.Network] >> 4 == 4 ? frame.Slice(segment.Network + 12, 8) : frame.Slice(segment.Network + 8, 32);

    private void Open(PacketBuffer frame, in MergeableSegment segment)
    {
        if (_open < Runs.Count) _runs[_open++] = new Run(frame, segment);
        else
        {
            _runs[_oldest] = new Run(frame, segment);
            _oldest = (_oldest + 1) % Runs.Count;
        }
    }

    private void Close(int index) => _runs[index] = _runs[--_open];

    /// <summary>The frame is the flow's next, differs from the first in nothing that counts, and is undamaged.</summary>
    private static bool Continues(in Run run, PacketBuffer frame, in MergeableSegment next)
    {
        ReadOnlySpan<byte> bytes = frame.Span;
        ReadOnlySpan<byte> head = run.Head.Span;
        MergeableSegment first = run.First;
        int length = run.End + next.Length;
        if (next.Length > first.Length || length - first.Network > OffloadRules.MaximumPacketBytes) return false;
        if (run.Head.Start + length > run.Head.Capacity) return false;
        if (first with { End = 0 } != next with { End = 0 } || !AreLike(head, bytes, next, run.Count)) return false;
        uint expected = BinaryPrimitives.ReadUInt32BigEndian(head[(first.Transport + 4)..]) + (uint)(run.End - first.Text);
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[(next.Transport + 4)..]) != expected) return false;
        if (run.Count == 1 && !IsUndamaged(run.Head, first)) return false;
        return IsUndamaged(frame, next);
    }

    /// <summary>Everything is equal but lengths, sequence number, PSH, checksums and, as far as it says nothing, the identification.</summary>
    private static bool AreLike(ReadOnlySpan<byte> head, ReadOnlySpan<byte> frame, in MergeableSegment at, int count)
    {
        if (!head[..at.Network].SequenceEqual(frame[..at.Network])) return false;
        ReadOnlySpan<byte> a = head[at.Network..];
        ReadOnlySpan<byte> b = frame[at.Network..];
        if (a[0] >> 4 == 4)
        {
            if (!a[..2].SequenceEqual(b[..2]) || !a[6..10].SequenceEqual(b[6..10])) return false;
            // Where fragments may be made, the identification counts: cutting again must give the same.
            ushort expected = unchecked((ushort)(BinaryPrimitives.ReadUInt16BigEndian(a[4..]) + count));
            if ((a[6] & DontFragment) == 0 && BinaryPrimitives.ReadUInt16BigEndian(b[4..]) != expected) return false;
        }
        else if (!a[..4].SequenceEqual(b[..4]) || !a[6..8].SequenceEqual(b[6..8])) return false;
        a = head[at.Transport..at.Text];
        b = frame[at.Transport..at.Text];
        return a[8..Flags].SequenceEqual(b[8..Flags]) && ((a[Flags] ^ b[Flags]) & ~(int)TcpControlBits.Psh) == 0 && a[14..16].SequenceEqual(b[14..16]) && a[18..].SequenceEqual(b[18..]);
    }

    private static bool IsUndamaged(PacketBuffer frame, in MergeableSegment segment)
    {
        ReadOnlySpan<byte> packet = frame.Span[segment.Network..segment.End];
        int headerBytes = segment.Transport - segment.Network;
        bool isIpv4 = packet[0] >> 4 == 4;
        if (isIpv4 && InternetChecksum.Finish(InternetChecksum.Sum(packet[..headerBytes])) != 0) return false;
        if (frame.Offload.ChecksumVerified) return true;
        ReadOnlySpan<byte> tcp = packet[headerBytes..];
        TransportLocation location = new(0, headerBytes, packet.Length, IpProtocol.Tcp, isIpv4);
        return InternetChecksum.Finish(InternetChecksum.Sum(tcp, location.PseudoHeader(packet, tcp.Length))) == 0;
    }

    /// <summary>Puts a segment's text behind what the first has already.</summary>
    /// <returns>True if it is the last one that can be.</returns>
    private static bool Append(ref Run run, ReadOnlySpan<byte> frame, in MergeableSegment next)
    {
        PacketBuffer head = run.Head;
        MergeableSegment first = run.First;
        frame[next.Text..next.End].CopyTo(head.Storage[(head.Start + run.End)..]);
        run.End += next.Length;
        run.Count++;
        head.SetRange(head.Start, run.End);
        head.Offload = new ReceiveOffload(ChecksumVerified: true, (ushort)first.Length);
        Span<byte> packet = head.Span[first.Network..];
        if (packet[0] >> 4 == 4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
            Span<byte> checksum = packet[Ipv4Writer.ChecksumOffset..];
            BinaryPrimitives.WriteUInt16BigEndian(checksum, 0);
            BinaryPrimitives.WriteUInt16BigEndian(checksum, InternetChecksum.Finish(InternetChecksum.Sum(packet[..Ipv4Header.MinimumSize])));
        }
        else BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(packet.Length - (first.Transport - first.Network)));
        bool isPushed = (frame[next.Transport + Flags] & (byte)TcpControlBits.Psh) != 0;
        if (isPushed) head.Span[first.Transport + Flags] |= (byte)TcpControlBits.Psh;
        return isPushed || next.Length < first.Length;
    }

    /// <summary>A first segment, and how far it has grown.</summary>
    private struct Run(PacketBuffer head, MergeableSegment first)
    {
        public readonly PacketBuffer Head = head;
        public readonly MergeableSegment First = first;
        public readonly uint Ports = Unsafe.ReadUnaligned<uint>(in head.Span[first.Transport]);
        public int End = first.End;
        public int Count = 1;
    }

    [InlineArray(Count)]
    private struct Runs
    {
        public const int Count = 8;
        private Run _first;
    }
}
