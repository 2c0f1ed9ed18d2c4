using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Ecn;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>Sequence numbers that hold what a SYN said, so that nothing of it has to be kept (RFC 4987 §3.6).</summary>
/// <remarks>
/// Five bits of a counter of 64 s, three bits of MSS, and 24 bits of SipHash-2-4 over addresses, ports, the peer's sequence number, the counter in full, and
/// what the cookie and its timestamp say. A peer with timestamps echoes the low six bits of ours: its window scale in four (15: none), SACK-permitted in
/// one, and in one that there is ECN: of which kind, the bits of its ACK say (RFC 9768 §5.1).
/// </remarks>
internal sealed class SynCookies(IRandomSource random)
{
    private const int PeriodSeconds = 64;
    private const int OldestPeriod = 1;
    private const uint MacMask = 0xFF_FFFF;
    private const uint NoScale = 15;
    private const uint SackBit = 1 << 4;
    private const uint EcnBit = 1 << 5;
    private const uint StampMask = (1 << 6) - 1;

    // In the code of what has no timestamp.
    private const uint NoStamp = 1 << 6;

    // An ACK may bring a cookie back for so long.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds((OldestPeriod + 1) * PeriodSeconds);

    private readonly SipHash _mac = new(random);
    private Instant? _lastMadeAt;

    // Least first. The greatest that is not above the peer's stands for it.
    private static ReadOnlySpan<ushort> SegmentSizes => [48, 536, 1220, 1360, 1420, 1440, 1460, 8940];

    /// <summary>Some may be out. Otherwise an ACK is not worth a look.</summary>
    public bool AreAwaited(Instant now) => _lastMadeAt is { } last && now - last <= Lifetime;

    /// <summary>What the timestamp of the SYN-ACK keeps of a SYN.</summary>
    public static uint Code(in SynOffer syn)
    {
        if (!syn.HasTimestamps) return NoStamp;
        uint scale = syn.WindowScale >= 0 ? (uint)syn.WindowScale : NoScale;
        return scale | (syn.SackPermitted ? SackBit : 0) | (syn.Ecn != EcnFeedback.None ? EcnBit : 0);
    }

    /// <summary>TSval of the SYN-ACK: the clock, or up to 63 ticks before it, with the code in its low bits.</summary>
    public static uint Stamp(uint clock, uint code)
    {
        uint stamp = (clock & ~StampMask) | code;
        return unchecked((int)(stamp - clock)) > 0 ? unchecked(stamp - (StampMask + 1)) : stamp;
    }

    /// <summary>The sequence number of the SYN-ACK.</summary>
    public SequenceNumber Make(in IpEndpoint local, in IpEndpoint remote, in SynOffer syn, uint code, Instant now)
    {
        _lastMadeAt = now;
        uint mss = syn.MaximumSegmentSize > 0 ? syn.MaximumSegmentSize : (uint)DefaultMss(remote);
        int size = SegmentSizes.Length - 1;
        while (size > 0 && SegmentSizes[size] > mss) size--;
        return Make(local, remote, syn.Sequence, Period(now), (uint)size, code);
    }

    /// <summary>What the SYN said, if the ACK acknowledges a cookie that is not too old.</summary>
    public bool TryRead(in IpEndpoint local, in IpEndpoint remote, in TcpHeader header, in TcpSegmentOptions options, Instant now, out SynOffer syn)
    {
        syn = default;
        SequenceNumber cookie = header.Acknowledgment - 1;
        SequenceNumber peerInitial = header.Sequence - 1;
        long period = Period(now);
        long age = (period - (cookie.Value >> 27)) & 31;
        if (age > OldestPeriod) return false;
        uint code = options.HasTimestamps ? options.TimestampEchoReply & StampMask : NoStamp;
        uint size = (cookie.Value >> 24) & 7;
        if (Make(local, remote, peerInitial, period - age, size, code) != cookie) return false;
        uint scale = code & NoScale;
        syn = new SynOffer
        {
            Sequence = peerInitial,
            Window = header.Window,
            MaximumSegmentSize = SegmentSizes[(int)size],
            WindowScale = !options.HasTimestamps || scale == NoScale ? -1 : (int)scale,
            SackPermitted = options.HasTimestamps && (code & SackBit) != 0,
            HasTimestamps = options.HasTimestamps,
            TimestampValue = options.TimestampValue,
            Ecn = options.HasTimestamps && (code & EcnBit) != 0 ? EcnOf(header) : EcnFeedback.None,
        };
        return true;
    }

    // A count starts at 5 and so does not come to 0 or 1 soon; who has none leaves AE and CWR alone.
    private static EcnFeedback EcnOf(in TcpHeader ack) => EcnHandshake.Ace(ack.ControlBits) <= 1 ? EcnFeedback.Classic : EcnFeedback.Accurate;

    private SequenceNumber Make(in IpEndpoint local, in IpEndpoint remote, SequenceNumber peerInitial, long period, uint size, uint code)
    {
        ReadOnlySpan<ulong> words =
        [
            local.Address.High, local.Address.Low, remote.Address.High, remote.Address.Low,
            (ulong)local.Port << 48 | (ulong)remote.Port << 32 | peerInitial.Value,
            (ulong)period << 16 | size << 8 | code,
        ];
        return new SequenceNumber((uint)(period & 31) << 27 | size << 24 | ((uint)_mac.Compute(words) & MacMask));
    }

    private static int DefaultMss(in IpEndpoint remote) => remote.Address.IsIpv4 ? TcpConnection.DefaultMssIpv4 : TcpConnection.DefaultMssIpv6;

    private static long Period(Instant now) => now.Nanoseconds / (PeriodSeconds * 1_000_000_000L);
}
