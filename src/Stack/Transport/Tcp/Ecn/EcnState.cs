using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.Ecn;

/// <summary>What a connection that has to do with ECN remembers of it. Others have none.</summary>
internal sealed class EcnState
{
    /// <summary><see cref="OptionTests"/> of a client whose SYN-ACK has come.</summary>
    public const int TestsOfClient = 2;

    /// <summary>What is agreed; <see cref="EcnFeedback.None"/> until our SYN is answered.</summary>
    public EcnFeedback Feedback { get; set; }

    /// <summary>What our SYN asks for.</summary>
    public EcnUse Asked { get; set; }

    /// <summary>An RST answered a SYN that asked: the next one does not.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Packets may say that they are ECN-capable.</summary>
    public bool SendsEct { get; set; }

    /// <summary>Accurate: options may be sent.</summary>
    public bool SendsOption { get; set; }

    /// <summary>Accurate: segments that have the option in any case, so that both sides learn whether it gets through (RFC 9768 §3.2.3.2.1): with 2, the next
    /// ACK, then with 1 the next one with text.</summary>
    public int OptionTests { get; set; }

    /// <summary>The peer's echoes are not to be believed (RFC 9768 §3.2.2.1, note 1).</summary>
    public bool IgnoresEchoes { get; set; }

    /// <summary>With what our latest SYN or SYN-ACK left.</summary>
    public EcnCodepoint SynSentWith { get; set; }

    /// <summary>With what the peer's latest SYN or SYN-ACK arrived.</summary>
    public EcnCodepoint SynArrivedWith { get; set; }

    /// <summary>Accurate: the next ACK without text answers the SYN-ACK, and tells how that arrived.</summary>
    public bool AnswersSynAck { get; set; }

    /// <summary>Classic: ECE is on every ACK until CWR comes; with DCTCP, what CE says (RFC 8257 §3.2).</summary>
    public bool Echoes { get; set; }

    /// <summary>Classic: CWR goes with the next new octets.</summary>
    public bool IsReductionUntold { get; set; }

    /// <summary>The window gave way: further marks up to <see cref="AnsweredUntil"/> are of the same congestion.</summary>
    public bool IsAnswering { get; set; }

    /// <summary>SND.NXT when the window gave way.</summary>
    public SequenceNumber AnsweredUntil { get; set; }

    /// <summary>A mark was heard of since the latest loss: that loss's effect stays, even if it was none (RFC 4015 §3.2).</summary>
    public bool IsMarkedSinceLoss { get; set; }

    /// <summary>The window was one segment when the ACK that is being taken came, before it let it grow.</summary>
    public bool WasWindowLeast { get; set; }

    /// <summary>Marked at a window of one segment: nothing new leaves before this (RFC 3168 §6.1.2).</summary>
    public Instant HeldUntil { get; set; }

    /// <summary>Latest timestamp of an ACK whose counts were taken.</summary>
    public uint LatestTimestamp { get; set; }

    // Fields, as their own methods change them.
    public MarksReceived Received;
    public MarksEchoed Echoed;

    public void Clear()
    {
        Feedback = EcnFeedback.None;
        Asked = EcnUse.Never;
        SynSentWith = SynArrivedWith = EcnCodepoint.NotEct;
        IsRefused = SendsEct = SendsOption = IgnoresEchoes = AnswersSynAck = false;
        Echoes = IsReductionUntold = IsAnswering = IsMarkedSinceLoss = WasWindowLeast = false;
        AnsweredUntil = default;
        OptionTests = 0;
        HeldUntil = default;
        LatestTimestamp = 0;
        Received = default;
        Echoed = default;
    }
}
