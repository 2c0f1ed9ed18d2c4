using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>Send sequence variables (RFC 9293 §3.3.1). SND.NXT is the highest sent: retransmission does not move it back.</summary>
internal struct SendVariables
{
    /// <summary>ISS.</summary>
    public SequenceNumber Initial;

    /// <summary>SND.UNA.</summary>
    public SequenceNumber Unacknowledged;

    /// <summary>SND.NXT.</summary>
    public SequenceNumber Next;

    /// <summary>SND.WND in octets, scaled.</summary>
    public uint Window;

    /// <summary>SND.WL1.</summary>
    public SequenceNumber WindowUpdateSequence;

    /// <summary>SND.WL2.</summary>
    public SequenceNumber WindowUpdateAcknowledgment;

    /// <summary>MAX.SND.WND (RFC 5961 §5.2).</summary>
    public uint LargestWindow;

    /// <summary>Sequence number of the first octet in the send queue.</summary>
    public SequenceNumber QueueStart;

    /// <summary>Sequence number of our FIN, once it was sent.</summary>
    public SequenceNumber Fin;

    /// <summary>SND.UP: the octet after the urgent one.</summary>
    public SequenceNumber Urgent;

    /// <summary>End of the last segment sent that was not full-sized (SND.SML of Minshall's variant of Nagle's algorithm).</summary>
    public SequenceNumber SmallSegmentEnd;

    /// <summary>Snd.Wind.Shift (RFC 7323).</summary>
    public byte WindowShift;
}

/// <summary>Receive sequence variables (RFC 9293 §3.3.1).</summary>
internal struct ReceiveVariables
{
    /// <summary>IRS.</summary>
    public SequenceNumber Initial;

    /// <summary>RCV.NXT.</summary>
    public SequenceNumber Next;

    /// <summary>RCV.NXT + RCV.WND as last announced: the right edge, which never moves left.</summary>
    public SequenceNumber Edge;

    /// <summary>Last.ACK.sent (RFC 7323 §4.3).</summary>
    public SequenceNumber LastAckSent;

    /// <summary>Octets that came a second time, to be reported in the next ACK (RFC 2883).</summary>
    public SackBlock Repeated;

    /// <summary>Sequence number of the peer's FIN, once it was seen.</summary>
    public SequenceNumber Fin;

    /// <summary>TS.Recent.</summary>
    public uint TimestampRecent;

    /// <summary>Rcv.Wind.Shift.</summary>
    public byte WindowShift;
}
