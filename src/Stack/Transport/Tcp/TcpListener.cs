using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>A passive open: connections arrive, shake hands in the SYN queue, and wait in the accept queue.</summary>
public sealed class TcpListener : TransportEndpoint
{
    internal TcpListener(ReadyQueue ready)
        : base(ready)
    {
    }

    public IpEndpoint Local => throw new NotImplementedException();

    /// <summary>Connections that <see cref="TryAccept"/> would return.</summary>
    public int AcceptableCount => throw new NotImplementedException();

    /// <summary>Most established connections that wait to be accepted.</summary>
    public int Backlog { get => throw new NotImplementedException(); set => throw new NotImplementedException(); }

    /// <summary>What accepted connections start with.</summary>
    public TcpSocketOptions Options { get => throw new NotImplementedException(); set => throw new NotImplementedException(); }

    /// <summary>The established connection that has waited longest; null when there is none. Its owner is to be set at once.</summary>
    public TcpConnection? TryAccept(Instant now) => throw new NotImplementedException();

    /// <summary>Ends listening: half-open connections and those not accepted are reset.</summary>
    public void Close(Instant now) => throw new NotImplementedException();
}
