using StackSharp.Stack.Time;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.Sending;

/// <summary>What is known of a sent piece of the stream.</summary>
[Flags]
internal enum SentState : byte
{
    None = 0,

    /// <summary>The peer reported it (RFC 2018).</summary>
    Sacked = 1,

    /// <summary>Judged lost: to be sent again.</summary>
    Lost = 2,

    /// <summary>Sent again since it was judged lost; that copy is on its way.</summary>
    Retransmitted = 4,

    /// <summary>Was sent more than once at some time: its RTT is ambiguous (Karn).</summary>
    Ambiguous = 8,

    /// <summary>When it was sent, the application had nothing more to send.</summary>
    ApplicationLimited = 16,
}

/// <summary>A run of octets that left together: one segment, or one large one that the device cut.</summary>
internal struct SentSegment
{
    public SequenceNumber Start;
    public int Length;
    public SentState State;

    /// <summary>At both ends of a row of reported records: how many there are.</summary>
    public int Run;

    /// <summary>When its latest copy was sent.</summary>
    public Instant SentAt;

    /// <summary>What held when its latest copy was sent.</summary>
    public DeliveryMark Mark;

    public readonly SequenceNumber End => Start + (uint)Length;

    public readonly bool Has(SentState state) => (State & state) != 0;
}
