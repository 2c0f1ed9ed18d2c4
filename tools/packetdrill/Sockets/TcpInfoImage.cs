using System.Buffers.Binary;
using StackSharp.Stack.Transport.Tcp;

namespace StackSharp.Packetdrill.Sockets;

/// <summary>Linux's struct tcp_info, as far as the stack has what it says: windows in segments, times in microseconds or milliseconds.</summary>
internal static class TcpInfoImage
{
    /// <summary>Octets that are written.</summary>
    public const int Size = 232;

    private const byte TimestampsBit = 1;
    private const byte SackBit = 2;
    private const byte WindowScaleBit = 4;
    private const byte SynDataBit = 32;
    private const byte OpenPhase = 0;
    private const byte RecoveryPhase = 3;
    private const long NoThreshold = 0x7FFF_FFFF;

    public static void Write(in TcpInfo info, Span<byte> target)
    {
        int mss = Math.Max(1, info.SendMss);
        target[0] = StateOf(info.State);
        target[1] = info.InRecovery ? RecoveryPhase : OpenPhase;
        target[5] = (byte)((info.Timestamps ? TimestampsBit : 0) | (info.SelectiveAcknowledgment ? SackBit : 0) | (info.WindowScaling ? WindowScaleBit : 0)
            | (info.SynDataAcknowledged ? SynDataBit : 0));
        target[6] = (byte)(info.SendWindowScale | (info.ReceiveWindowScale << 4));
        Put(target, 8, Microseconds(info.RetransmissionTimeout));
        Put(target, 16, mss);
        Put(target, 24, Segments(info.BytesInFlight, mss));
        Put(target, 28, Segments(info.BytesSacked, mss));
        Put(target, 32, Segments(info.BytesLost, mss));
        Put(target, 60, info.PathMtu);
        Put(target, 68, Microseconds(info.SmoothedRoundTripTime));
        Put(target, 72, Microseconds(info.RoundTripTimeVariation));
        Put(target, 76, info.SlowStartThreshold == long.MaxValue ? NoThreshold : info.SlowStartThreshold / mss);
        Put(target, 80, info.CongestionWindow / mss);
        Put(target, 84, info.AdvertisedMss);
        Put(target, 100, info.SegmentsRetransmitted);
        BinaryPrimitives.WriteInt64LittleEndian(target[120..], info.BytesAcknowledged);
        BinaryPrimitives.WriteInt64LittleEndian(target[128..], info.BytesReceived);
        Put(target, 136, info.SegmentsSent);
        Put(target, 140, info.SegmentsReceived);
        Put(target, 144, info.BytesUnsent);
        Put(target, 148, Microseconds(info.MinimumRoundTripTime));
        BinaryPrimitives.WriteInt64LittleEndian(target[200..], info.BytesSent + info.BytesRetransmitted);
        BinaryPrimitives.WriteInt64LittleEndian(target[208..], info.BytesRetransmitted);
        Put(target, 228, info.SendWindow);
    }

    /// <summary>TCP_ESTABLISHED and its kin.</summary>
    public static byte StateOf(TcpState state) => state switch
    {
        TcpState.Established => 1,
        TcpState.SynSent => 2,
        TcpState.SynReceived => 3,
        TcpState.FinWait1 => 4,
        TcpState.FinWait2 => 5,
        TcpState.TimeWait => 6,
        TcpState.CloseWait => 8,
        TcpState.LastAck => 9,
        TcpState.Listen => 10,
        TcpState.Closing => 11,
        _ => 7,
    };

    private static long Segments(long octets, int mss) => (octets + mss - 1) / mss;

    private static long Microseconds(TimeSpan time) => (long)time.TotalMicroseconds;

    private static void Put(Span<byte> target, int offset, long value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(target[offset..], (uint)Math.Clamp(value, 0, uint.MaxValue));
}
