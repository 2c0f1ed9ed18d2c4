namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>What acknowledgments tell <see cref="Bbr"/> of its bandwidth probe (BBR.ack_phase).</summary>
internal enum BbrAckPhase : byte
{
    /// <summary>Nothing: no probe.</summary>
    None,

    /// <summary>The pipe is being refilled.</summary>
    Refilling,

    /// <summary>The probe is on its way.</summary>
    ProbeStarting,

    /// <summary>They report on it.</summary>
    ProbeFeedback,

    /// <summary>It is over, but they still report on it.</summary>
    ProbeStopping,
}
