using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>What the peer's SYN says: as it came, or as a cookie kept it.</summary>
internal readonly record struct SynOffer
{
    /// <summary>SEG.SEQ.</summary>
    public SequenceNumber Sequence { get; init; }

    /// <summary>SEG.WND, never scaled (RFC 7323 §2.2).</summary>
    public ushort Window { get; init; }

    /// <summary>Octets; 0: not said.</summary>
    public ushort MaximumSegmentSize { get; init; }

    /// <summary>The shift; -1: no scaling.</summary>
    public int WindowScale { get; init; }

    public bool SackPermitted { get; init; }

    public bool HasTimestamps { get; init; }

    public uint TimestampValue { get; init; }

    /// <summary>What it comes to, where it was not remembered.</summary>
    public EcnFeedback Ecn { get; init; }

    public static SynOffer From(in TcpHeader syn, in TcpSegmentOptions options) => new()
    {
        Sequence = syn.Sequence,
        Window = syn.Window,
        MaximumSegmentSize = options.MaximumSegmentSize,
        WindowScale = options.WindowScale,
        SackPermitted = options.SackPermitted,
        HasTimestamps = options.HasTimestamps,
        TimestampValue = options.TimestampValue,
    };
}
