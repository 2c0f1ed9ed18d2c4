namespace StackSharp.Stack.Transport.Tcp;

/// <summary>What is true or false of a connection.</summary>
[Flags]
internal enum TcpFlags : long
{
    None = 0,

    /// <summary>Both sides permit SACK.</summary>
    SackPermitted = 1,

    /// <summary>Both sides use timestamps.</summary>
    Timestamps = 2,

    /// <summary>Both sides scale windows.</summary>
    WindowScaling = 4,

    /// <summary>Opened by a SYN of ours (RFC 9293 MUST-11).</summary>
    ActiveOpen = 8,

    /// <summary>Our side has finished: FIN is to follow the last octet.</summary>
    FinQueued = 16,
    FinSent = 32,

    /// <summary>The FIN has to be sent again.</summary>
    FinLost = 64,

    /// <summary>The peer's FIN has been seen, perhaps behind a gap.</summary>
    FinSeen = 128,

    /// <summary>The peer's FIN has been taken in order.</summary>
    FinReceived = 256,

    /// <summary>CLOSE or ABORT was called.</summary>
    ClosedByUser = 512,

    /// <summary>The user reads no more.</summary>
    ReceiveShutdown = 1024,

    /// <summary>An ACK is owed now.</summary>
    AckNow = 2048,

    /// <summary>The next retransmission leaves whatever the window says (RFC 5681 §3.2, RFC 6298 §5.4).</summary>
    RetransmitNow = 4096,

    /// <summary>More data was announced (MSG_MORE): a partial segment waits.</summary>
    MoreComing = 8192,

    /// <summary>Urgent octets lie between SND.UNA and SND.UP.</summary>
    UrgentToSend = 1 << 14,

    /// <summary>The congestion window has held something back during the last round trip.</summary>
    WindowLimited = 1 << 15,

    /// <summary>Our SYN was sent more than once.</summary>
    SynRetransmitted = 1 << 16,

    /// <summary>Fast Open: the user has the connection before its handshake is complete (RFC 7413 §2).</summary>
    FastOpen = 1 << 25,

    /// <summary>The SYN waits for octets that it is to carry.</summary>
    SynDeferred = 1 << 26,

    /// <summary>Our first SYN, or SYN-ACK, has the Fast Open option.</summary>
    FastOpenOption = 1 << 27,

    /// <summary>That option has the form of an experiment (RFC 6994).</summary>
    FastOpenExperiment = 1 << 28,

    /// <summary>Our first SYN carried octets.</summary>
    SynData = 1 << 29,

    /// <summary>Octets in a SYN were acknowledged by the SYN-ACK: the peer's of ours, or ours of the peer's.</summary>
    SynDataAcknowledged = 1 << 30,

    /// <summary>The user was told that there was no room: tell when there is.</summary>
    WriterWaits = 1 << 17,

    /// <summary>The silly-window override timer ran out: what fits the window goes (RFC 9293 §3.8.6.2.1, case 4).</summary>
    SendAnyway = 1 << 18,

    /// <summary>Counted against the limit of connections that no user holds.</summary>
    CountedAsOrphan = 1 << 19,

    /// <summary>Given back to the layer: the object's next conversation may begin.</summary>
    Retired = 1 << 20,

    /// <summary>The local port was drawn for this connection and goes back with it.</summary>
    PortDrawn = 1 << 21,

    /// <summary>What the latest loss did to the congestion window can be taken back.</summary>
    CanUndo = 1 << 22,

    /// <summary>A tail-loss probe waits for its answer (TLP.end_seq is set).</summary>
    ProbeOut = 1 << 23,

    /// <summary>What is being sent is one segment, larger than those before: a probe of the path's MTU.</summary>
    SizeProbe = 1L << 40,

    /// <summary>The peer has not been told our user timeout since it changed (RFC 5482 §3.2).</summary>
    UserTimeoutToSend = 1L << 41,

    /// <summary>The probe was a retransmission (TLP.is_retrans).</summary>
    ProbeRepeats = 1 << 24,

    /// <summary>A round trip was measured since the last probe.</summary>
    SampledSinceProbe = 1L << 31,

    /// <summary>This fast recovery has lost a retransmission, and the window was reduced for it.</summary>
    ReducedAgain = 1L << 33,

    /// <summary>A SYN or SYN-ACK of ours was marked, or may have been: the first flight is one segment.</summary>
    HandshakeMarked = 1L << 44,

    /// <summary>Our user answers what comes in, or is expected to: the answer carries the ACK, so that none leaves by itself before the time of a delayed one is over.</summary>
    Answering = 1L << 45,

    /// <summary>Octets came a second time: the next ACK tells (RFC 2883).</summary>
    RepeatToReport = 1L << 32,
}
