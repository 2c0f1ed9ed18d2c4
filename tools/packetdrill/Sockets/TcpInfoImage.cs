using System.Buffers.Binary;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Congestion;

namespace StackSharp.Packetdrill.Sockets;

/// <summary>Linux's struct tcp_info, as far as the stack has what it says: windows in segments, times in microseconds or milliseconds.</summary>
internal static class TcpInfoImage
{
    /// <summary>Octets that are written.</summary>
    public const int Size = 248;

    private const byte TimestampsBit = 1;
    private const byte SackBit = 2;
    private const byte WindowScaleBit = 4;
    private const byte SynDataBit = 32;
    private const byte OpenPhase = 0;
    private const byte DisorderPhase = 1;
    private const byte RecoveryPhase = 3;
    private const byte LossPhase = 4;
    private const long NoThreshold = 0x7FFF_FFFF;

    public static void Write(in TcpInfo info, Span<byte> target)
    {
        int mss = Math.Max(1, info.SendMss);
        target[0] = StateOf(info.State);
        target[1] = PhaseOf(info);
        target[2] = (byte)Math.Min(info.ConsecutiveTimeouts, byte.MaxValue);
        target[3] = (byte)Math.Min(info.UnansweredProbes, byte.MaxValue);
        target[4] = (byte)info.Backoff;
        target[5] = OptionsOf(info);
        target[6] = (byte)(info.SendWindowScale | (info.ReceiveWindowScale << 4));
        target[7] = (byte)(info.IsDeliveryRateApplicationLimited ? 1 : 0);
        WriteTimes(info, target);
        WriteWindows(info, mss, target);
        WriteCounts(info, mss, target);
    }

    private static void WriteTimes(in TcpInfo info, Span<byte> target)
    {
        Put(target, 8, Microseconds(info.RetransmissionTimeout));
        Put(target, 12, Microseconds(info.DelayedAckTimeout));
        // Linux counts from the handshake until there are data.
        Put(target, 44, Milliseconds(info.SinceDataSent ?? info.ConnectedFor));
        Put(target, 52, Milliseconds(info.SinceDataReceived ?? info.ConnectedFor));
        Put(target, 56, Milliseconds(info.SinceAcknowledgment ?? TimeSpan.Zero));
        Put(target, 68, Microseconds(info.SmoothedRoundTripTime));
        Put(target, 72, Microseconds(info.RoundTripTimeVariation));
        Put(target, 148, Microseconds(info.MinimumRoundTripTime));
        PutLong(target, 168, Microseconds(info.BusyTime));
        PutLong(target, 176, Microseconds(info.LimitedByPeer.Time));
        PutLong(target, 184, Microseconds(info.SendBufferLimitedTime));
        Put(target, 244, Milliseconds(info.TimeoutTime));
    }

    private static void WriteWindows(in TcpInfo info, int mss, Span<byte> target)
    {
        Put(target, 16, mss);
        Put(target, 20, info.ReceiveMss);
        Put(target, 24, Segments(info.BytesInFlight, mss));
        Put(target, 28, Segments(info.BytesSacked, mss));
        Put(target, 32, Segments(info.BytesLost, mss));
        Put(target, 36, Segments(info.BytesRetransmittedInFlight, mss));
        Put(target, 60, info.PathMtu);
        Put(target, 76, info.SlowStartThreshold == long.MaxValue ? NoThreshold : info.SlowStartThreshold / mss);
        Put(target, 80, info.CongestionWindow / mss);
        Put(target, 84, info.AdvertisedMss);
        // Linux raises its threshold to what the path was seen to do.
        Put(target, 88, Math.Max(info.DuplicateThreshold, info.SegmentsOvertaken + 1));
        PutLong(target, 104, info.PacingRate);
        Put(target, 144, info.BytesUnsent);
        PutLong(target, 160, info.DeliveryRate);
        Put(target, 228, info.SendWindow);
        Put(target, 232, info.ReceiveWindow);
    }

    private static void WriteCounts(in TcpInfo info, int mss, Span<byte> target)
    {
        Put(target, 100, info.SegmentsRetransmitted);
        PutLong(target, 120, info.BytesAcknowledged);
        PutLong(target, 128, info.BytesReceived);
        Put(target, 136, info.SegmentsSent);
        Put(target, 140, info.SegmentsReceived);
        Put(target, 152, info.DataSegmentsReceived);
        Put(target, 156, info.DataSegmentsSent);
        // Linux counts the SYN as one.
        Put(target, 192, Segments(info.BytesDelivered, mss) + (info.ConnectedFor > TimeSpan.Zero || info.State == TcpState.Established ? 1 : 0));
        PutLong(target, 200, info.BytesSent + info.BytesRetransmitted);
        PutLong(target, 208, info.BytesRetransmitted);
        Put(target, 216, info.DuplicatesReported);
        Put(target, 220, info.ReorderingsSeen);
        Put(target, 224, info.OutOfOrderSegments);
        BinaryPrimitives.WriteUInt16LittleEndian(target[240..], (ushort)Math.Min(info.Timeouts, ushort.MaxValue));
        BinaryPrimitives.WriteUInt16LittleEndian(target[242..], (ushort)Math.Min(info.TimeoutEpisodes, ushort.MaxValue));
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

    private static byte OptionsOf(in TcpInfo info) => (byte)(
        (info.Timestamps ? TimestampsBit : 0) | (info.SelectiveAcknowledgment ? SackBit : 0) | (info.WindowScaling ? WindowScaleBit : 0)
        | (info.SynDataAcknowledged ? SynDataBit : 0));

    private static byte PhaseOf(in TcpInfo info) => info.Phase switch
    {
        CongestionPhase.Recovery => RecoveryPhase,
        CongestionPhase.TimeoutRecovery => LossPhase,
        _ => info.BytesSacked > 0 ? DisorderPhase : OpenPhase,
    };

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    private static long Microseconds(TimeSpan time) => (long)time.TotalMicroseconds;

    private static void PutLong(Span<byte> target, int offset, long value) => BinaryPrimitives.WriteInt64LittleEndian(target[offset..], value);

    private static void Put(Span<byte> target, int offset, long value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(target[offset..], (uint)Math.Clamp(value, 0, uint.MaxValue));
}
