namespace StackSharp.Stack.Transport.Tcp.Tracing;

/// <summary>What has happened to a connection. Figures of a <see cref="TcpTraceEvent"/> are those after it.</summary>
public enum TcpTraceKind : byte
{
    /// <summary>Another state of RFC 9293 §3.3.2: see <see cref="TcpTraceEvent.State"/>.</summary>
    StateChanged,

    /// <summary>An acknowledgment delivered octets, cumulatively or selectively (<see cref="TcpTraceEvent.Octets"/>), or moved the peer's window.</summary>
    Acknowledged,

    /// <summary>Octets were judged lost, by whatever means.</summary>
    Lost,

    /// <summary>Octets were sent again.</summary>
    Retransmitted,

    /// <summary>A tail-loss probe was sent (RFC 8985 §7.3): new octets or the last ones again.</summary>
    ProbeSent,

    /// <summary>Fast recovery begins (RFC 5681 §3.2), or a retransmission was lost in it.</summary>
    RecoveryEntered,

    /// <summary>Everything that was outstanding when loss was found, or when the timer ran out, is acknowledged.</summary>
    RecoveryLeft,

    /// <summary>The retransmission timer ran out (RFC 6298 §5), for text or for a SYN.</summary>
    TimedOut,

    /// <summary>The latest recovery or timeout was needless: its effect has been taken back (RFC 4015).</summary>
    Undone,

    /// <summary>Data is sent again after a silence longer than the timeout (RFC 5681 §4.1).</summary>
    Restarted,
}
