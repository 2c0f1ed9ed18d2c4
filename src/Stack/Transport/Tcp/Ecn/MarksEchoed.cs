using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.Ecn;

/// <summary>What one ACK tells of marks.</summary>
/// <param name="Segments">Newly marked segments, those without text included.</param>
/// <param name="Bytes">Newly marked octets of text.</param>
/// <param name="IsMangled">Marked octets in no segment: what tells of them was changed on the way (RFC 9768 §3.2.3.2.5).</param>
internal readonly record struct EchoedMarks(int Segments, int Bytes, bool IsMangled);

/// <summary>A data sender's counts of the marks that the peer has told of (RFC 9768 §3.2). Counted from 0, as in <see cref="MarksReceived"/>.</summary>
internal struct MarksEchoed
{
    private const int FirstEct0 = 1;
    private const int FirstEct1 = 1;
    private const int ByteCycle = 1 << 24;

    // Eighths of segments that an ACK usually stands for.
    private int _usualSegments;
    private bool _hasSeenOption;

    // Marked octets that were guessed from the ACE field, as their ACKs had no option.
    private int _guessedBytes;

    /// <summary>Segments that arrived with CE (s.cep - 5).</summary>
    public long Segments { get; set; }

    /// <summary>Octets of text that arrived with CE (s.ceb).</summary>
    public long CeBytes { get; private set; }

    /// <summary>Octets of text that arrived with ECT(0) (s.e0b - 1).</summary>
    public long Ect0Bytes { get; private set; }

    /// <summary>Octets of text that arrived with ECT(1) (s.e1b - 1).</summary>
    public long Ect1Bytes { get; private set; }

    /// <summary>The option was zeroed on the way: it says nothing (§3.2.3.2.4).</summary>
    public bool IgnoresOption { get; private set; }

    /// <summary>The option of a SYN-ACK, or of the ACK that answers ours: counts start at 1, so a 0 was put in on the way.</summary>
    public void LookAtFirstOption(in TcpSegmentOptions options) =>
        IgnoresOption = options.HasAccurateEcn && (options.EchoedEct0Bytes == 0 || options.EchoedEct1Bytes == 0);

    /// <summary>Takes the counts of an ACK that no later one has overtaken.</summary>
    /// <param name="ace">The ACE field.</param>
    /// <param name="segments">Segments of text that it newly reports as arrived.</param>
    /// <param name="octets">Their octets.</param>
    public EchoedMarks Take(in TcpSegmentOptions options, int ace, int segments, int octets, int segmentBytes)
    {
        int bytes = 0;
        bool hasOption = options.HasAccurateEcn && !IgnoresOption;
        if (hasOption && !TryTakeOption(options, out bytes)) return default;
        int least = (ace - EcnHandshake.FirstCount - (int)(Segments & (EcnHandshake.Cycle - 1))) & (EcnHandshake.Cycle - 1);
        int marked = least;
        if (segments >= EcnHandshake.Cycle) marked = Resolve(least, segments, hasOption, bytes, segmentBytes);
        if (segments > 0) _usualSegments += segments - _usualSegments / 8;
        Segments += marked;
        _hasSeenOption |= hasOption;
        if (hasOption)
        {
            int guessed = Math.Min(_guessedBytes, bytes);
            _guessedBytes = 0;
            return new EchoedMarks(marked, bytes - guessed, IsMangled: CeBytes > 0 && Segments == 0);
        }
        bytes = (int)Math.Min(octets, (long)marked * segmentBytes);   // Appendix A.3.
        if (_hasSeenOption) _guessedBytes += bytes;
        return new EchoedMarks(marked, bytes, IsMangled: false);
    }

    // §3.2.2.5.2: the field may have gone round. The option tells how often; without it the most is assumed that the ACK can stand for.
    private readonly int Resolve(int least, int segments, bool hasOption, int bytes, int segmentBytes)
    {
        int most = segments - ((segments - least) & (EcnHandshake.Cycle - 1));
        if (hasOption)
        {
            int needed = (bytes + segmentBytes - 1) / Math.Max(1, segmentBytes) - least;
            if (needed <= 0) return least;
            int rounds = (needed + EcnHandshake.Cycle - 1) / EcnHandshake.Cycle;
            return Math.Max(least, Math.Min(most, least + rounds * EcnHandshake.Cycle));
        }
        // Where options come, one that is missing means that no count has changed. And a receiver that answers so many at a time as a rule has merged
        // them: its ACKs are not lost (the likely case, as the section has it).
        bool isUsual = _usualSegments / 8 >= EcnHandshake.Cycle / 2;
        return _hasSeenOption || isUsual ? least : most;
    }

    private bool TryTakeOption(in TcpSegmentOptions options, out int ceBytes)
    {
        ceBytes = Step(options.EchoedCeBytes, CeBytes);
        int ect0 = Step(options.EchoedEct0Bytes, Ect0Bytes + FirstEct0);
        int ect1 = Step(options.EchoedEct1Bytes, Ect1Bytes + FirstEct1);
        // Counts only grow: a later ACK has overtaken this one (appendix A.1).
        if (ceBytes < 0 || ect0 < 0 || ect1 < 0) return false;
        CeBytes += ceBytes;
        Ect0Bytes += ect0;
        Ect1Bytes += ect1;
        return true;
    }

    private static int Step(int field, long count)
    {
        if (field < 0) return 0;
        int step = (int)((field - count) & (ByteCycle - 1));
        return step < ByteCycle / 2 ? step : step - ByteCycle;
    }
}
