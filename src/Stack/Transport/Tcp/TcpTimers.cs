using System.Runtime.CompilerServices;
using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>What a connection can wait for.</summary>
internal enum TcpTimer
{
    /// <summary>Retransmission (RFC 6298), the SYN's and the FIN's included.</summary>
    Retransmit,

    /// <summary>Zero-window probe, and the sender's override of silly-window avoidance (RFC 9293 §3.8.6).</summary>
    Persist,
    DelayedAck,
    KeepAlive,

    /// <summary>The next burst may leave.</summary>
    Pace,

    /// <summary>End of TIME-WAIT, or of an orphan's FIN-WAIT-2.</summary>
    Expire,
}

/// <summary>The deadlines of one connection: one per kind, so nothing is ever queued twice.</summary>
internal struct TcpTimers
{
    private const int Kinds = 6;
    private Deadlines _deadlines;

    public TcpTimers()
    {
        for (int i = 0; i < Kinds; i++) _deadlines[i] = Instant.Never;
    }

    public void Arm(TcpTimer timer, Instant deadline) => _deadlines[(int)timer] = deadline;

    public void Cancel(TcpTimer timer) => _deadlines[(int)timer] = Instant.Never;

    public readonly bool IsArmed(TcpTimer timer) => _deadlines[(int)timer] != Instant.Never;

    public readonly Instant Deadline(TcpTimer timer) => _deadlines[(int)timer];

    /// <summary>True once per deadline that has come.</summary>
    public bool TakeIfDue(TcpTimer timer, Instant now)
    {
        if (_deadlines[(int)timer] > now) return false;
        _deadlines[(int)timer] = Instant.Never;
        return true;
    }

    /// <summary>Earliest armed deadline, or <see cref="Instant.Never"/>.</summary>
    public readonly Instant NextDeadline()
    {
        Instant next = Instant.Never;
        foreach (Instant deadline in _deadlines)
            if (deadline < next) next = deadline;
        return next;
    }

    [InlineArray(Kinds)]
    private struct Deadlines
    {
        private Instant _first;
    }
}
