namespace StackSharp.Stack.Transport.Tcp.Tracing;

/// <summary>Hears what happens to connections, event by event: see <see cref="TcpSocketOptions.Events"/>.</summary>
public interface ITcpEventSink
{
    /// <summary>Something has happened.</summary>
    /// <remarks>Called under the stack's lock, within the work on a segment, a timer or a call: an implementation is quick, neither blocks nor calls into the
    /// stack, and throws nothing. Stacks that share a sink call it at the same time.</remarks>
    void OnEvent(in TcpTraceEvent happened);
}
