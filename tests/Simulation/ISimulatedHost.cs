using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;

namespace StackSharp.Tests.Simulation;

/// <summary>One end of a simulated link.</summary>
internal interface ISimulatedHost : IDisposable
{
    TcpLayer Tcp { get; }

    ReadyQueue Ready { get; }

    IpAddress Address { get; }

    Instant NextDeadline { get; }

    /// <summary>A frame from the link.</summary>
    void Deliver(byte[] frame, Instant now);

    void OnDeadline(Instant now);

    /// <summary>The calls of this moment are made: what this host sends to itself is to be delivered.</summary>
    void EndEntry(Instant now);

    /// <summary>Takes the oldest frame that waits to be sent.</summary>
    bool TryTakeFrame(out byte[] frame);

    /// <summary>Marks a frame of this host's as a congested router would; false: it is not ECN-capable.</summary>
    bool TryMark(byte[] frame);

    /// <summary>Ends the stack. Returns the buffers and frames that somebody still holds: leaks.</summary>
    int End(Instant now);
}
