using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.Ecn;

/// <summary>A data receiver's counts of marks, and what of them is still to be told (RFC 9768 §3.2). Counted from 0: the values on the wire start higher.</summary>
internal struct MarksReceived
{
    private const int FirstEct0 = 1;
    private const int FirstEct1 = 1;
    private long _toldCe;
    private long _toldEct0;
    private long _toldEct1;
    private bool _wasMarked;

    /// <summary>Segments with CE (r.cep - 5).</summary>
    public long Segments { get; set; }

    /// <summary>Octets of text with CE (r.ceb).</summary>
    public long CeBytes { get; private set; }

    /// <summary>Octets of text with ECT(0) (r.e0b - 1).</summary>
    public long Ect0Bytes { get; private set; }

    /// <summary>Octets of text with ECT(1) (r.e1b - 1).</summary>
    public long Ect1Bytes { get; private set; }

    /// <summary>Segments with CE since the last ACK.</summary>
    public int UntoldSegments { get; private set; }

    /// <summary>An option has something to say.</summary>
    public readonly bool HasUntoldBytes => CeBytes != _toldCe || Ect0Bytes != _toldEct0 || Ect1Bytes != _toldEct1;

    /// <summary>Something of it is congestion.</summary>
    public readonly bool HasUntoldCeBytes => CeBytes != _toldCe;

    /// <summary>A segment of text or without, or several that were merged, which have one mark.</summary>
    /// <param name="owesAck">Text that arrived before waits for its ACK.</param>
    /// <returns>It is to be acknowledged at once (§3.2.2.5.1).</returns>
    public bool Note(EcnCodepoint mark, int segments, int octets, bool owesAck)
    {
        bool isMarked = mark == EcnCodepoint.CongestionExperienced;
        bool isChange = isMarked && !_wasMarked && octets > 0;
        _wasMarked = isMarked;
        switch (mark)
        {
            case EcnCodepoint.Ect0: Ect0Bytes += octets; break;
            case EcnCodepoint.Ect1: Ect1Bytes += octets; break;
            case EcnCodepoint.CongestionExperienced: CeBytes += octets; break;
        }
        if (!isMarked) return false;
        Segments += segments;
        UntoldSegments += segments;
        return isChange || UntoldSegments >= (owesAck || octets > 0 ? 2 : 3);
    }

    /// <summary>The ACE field; what it counts is told with it.</summary>
    public TcpControlBits TellSegments()
    {
        UntoldSegments = 0;
        return EcnHandshake.Ace(EcnHandshake.FirstCount + Segments);
    }

    /// <summary>The ACE field says so.</summary>
    public readonly TcpControlBits Ace => EcnHandshake.Ace(EcnHandshake.FirstCount + Segments);

    /// <summary>How many counts the option is to have: all that have ever changed, or, where there is no room for them, those that have changed since the last one.</summary>
    /// <param name="room">Octets that it may take, filled up to a word.</param>
    /// <param name="isTest">As many as there is room for: it is sent to see whether it gets through.</param>
    /// <param name="isReversed">In the order that begins with ECT(1).</param>
    /// <returns>0: no option.</returns>
    public readonly int ChooseFields(int room, bool isTest, out bool isReversed)
    {
        int most = room >= PaddedOption(3) ? 3 : room >= PaddedOption(2) ? 2 : 0;
        isReversed = false;
        if (isTest) return most;
        isReversed = Ect0Bytes == 0 && Ect1Bytes > 0;
        int ever = Fields(Ect0Bytes > 0, CeBytes > 0, Ect1Bytes > 0, isReversed);
        if (ever <= most) return ever;
        bool ect0 = Ect0Bytes != _toldEct0, ect1 = Ect1Bytes != _toldEct1;
        isReversed = !ect0 && ect1;
        int changed = Fields(ect0, HasUntoldCeBytes, ect1, isReversed);
        return changed <= most ? changed : 0;
    }

    /// <summary>Octets of an option with so many counts, filled up to a word.</summary>
    public static int PaddedOption(int fields) => (TcpOptionWriter.AccurateEcnBytes(fields) + 3) & ~3;

    /// <summary>Writes the option.</summary>
    public void TellBytes(ref TcpOptionWriter writer, int fields, bool isReversed)
    {
        writer.AccurateEcn((uint)(FirstEct0 + Ect0Bytes), (uint)CeBytes, (uint)(FirstEct1 + Ect1Bytes), fields, isReversed);
        if (fields > (isReversed ? 2 : 0)) _toldEct0 = Ect0Bytes;
        if (fields > 1) _toldCe = CeBytes;
        if (fields > (isReversed ? 0 : 2)) _toldEct1 = Ect1Bytes;
    }

    private static int Fields(bool ect0, bool ce, bool ect1, bool isReversed) =>
        (isReversed ? ect0 : ect1) ? 3 : ce ? 2 : (isReversed ? ect1 : ect0) ? 1 : 0;
}
