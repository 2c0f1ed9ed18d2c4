using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.Ecn;

/// <summary>What AE, CWR and ECE mean: on SYNs who wants what (RFC 3168 §6.1.1, RFC 9768 §3.1), afterwards three bits of a count (§3.2.2).</summary>
internal static class EcnHandshake
{
    /// <summary>The three bits; on a segment without SYN, the ACE field.</summary>
    public const TcpControlBits Field = TcpControlBits.Ae | TcpControlBits.Cwr | TcpControlBits.Ece;

    /// <summary>CE segments that a count starts from, so that a field that was zeroed on the way is noticed (RFC 9768 §3.2.1).</summary>
    public const int FirstCount = 5;

    /// <summary>ACE counts modulo so many.</summary>
    public const int Cycle = 8;

    private const TcpControlBits ClassicSetup = TcpControlBits.Cwr | TcpControlBits.Ece;
    private const int FieldShift = 6;

    /// <summary>The bits of a SYN.</summary>
    public static TcpControlBits Ask(EcnUse use) => use switch
    {
        EcnUse.Request => Field,
        EcnUse.RequestClassic => ClassicSetup,
        _ => TcpControlBits.None,
    };

    /// <summary>What a SYN comes to at a server.</summary>
    public static EcnFeedback Agree(TcpControlBits syn, EcnUse use)
    {
        TcpControlBits asked = syn & Field;
        if (use == EcnUse.Never || asked == TcpControlBits.None) return EcnFeedback.None;
        // AE was the nonce's once: a classic server looks at the other two.
        if (use == EcnUse.RequestClassic) return (asked & ClassicSetup) == ClassicSetup ? EcnFeedback.Classic : EcnFeedback.None;
        // RFC 9768 §3.1.3: what is not defined yet asks for what is known of AccECN.
        return asked == ClassicSetup ? EcnFeedback.Classic : EcnFeedback.Accurate;
    }

    /// <summary>What a SYN-ACK comes to (RFC 9768 §3.1.2, table 2).</summary>
    /// <param name="asked">What our SYN asked for.</param>
    public static EcnFeedback Settle(TcpControlBits synAck, EcnUse asked)
    {
        TcpControlBits answer = synAck & Field;
        if (asked == EcnUse.RequestClassic) return (answer & ClassicSetup) == TcpControlBits.Ece ? EcnFeedback.Classic : EcnFeedback.None;
        if (asked != EcnUse.Request) return EcnFeedback.None;
        return answer switch
        {
            TcpControlBits.None or Field => EcnFeedback.None,   // All three: a server that reflects what it does not know.
            TcpControlBits.Ece => EcnFeedback.Classic,
            _ => EcnFeedback.Accurate,
        };
    }

    /// <summary>Tells with which mark a SYN or SYN-ACK arrived (RFC 9768, tables 2 and 3).</summary>
    public static TcpControlBits Code(EcnCodepoint arrived) => arrived switch
    {
        EcnCodepoint.Ect1 => TcpControlBits.Cwr | TcpControlBits.Ece,
        EcnCodepoint.Ect0 => TcpControlBits.Ae,
        EcnCodepoint.CongestionExperienced => TcpControlBits.Ae | TcpControlBits.Cwr,
        _ => TcpControlBits.Cwr,
    };

    /// <summary>Null: the bits tell nothing of it.</summary>
    public static EcnCodepoint? Decode(TcpControlBits bits) => (bits & Field) switch
    {
        TcpControlBits.Cwr => EcnCodepoint.NotEct,
        TcpControlBits.Cwr | TcpControlBits.Ece => EcnCodepoint.Ect1,
        TcpControlBits.Ae => EcnCodepoint.Ect0,
        TcpControlBits.Ae | TcpControlBits.Cwr => EcnCodepoint.CongestionExperienced,
        _ => null,
    };

    /// <summary>No router that goes by the rules makes one of the other (RFC 3168 §18).</summary>
    public static bool IsMangled(EcnCodepoint sent, EcnCodepoint arrived) =>
        arrived != sent && (sent == EcnCodepoint.NotEct || arrived != EcnCodepoint.CongestionExperienced);

    /// <summary>The ACE field for a count.</summary>
    public static TcpControlBits Ace(long count) => (TcpControlBits)((count & (Cycle - 1)) << FieldShift);

    /// <summary>The ACE field of a segment, 0 to 7.</summary>
    public static int Ace(TcpControlBits bits) => (int)(bits & Field) >> FieldShift;
}
