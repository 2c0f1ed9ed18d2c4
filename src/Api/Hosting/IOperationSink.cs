using System.Net.Sockets;
using StackSharp.Stack.Wire;

namespace StackSharp.Hosting;

/// <summary>Is told how a call ended that no thread sleeps in and nobody awaits.</summary>
internal interface IOperationSink
{
    /// <summary>The call has ended, and its operation is gone. Outside the lock, on any thread; not to throw, and not to take long.</summary>
    /// <param name="done">Octets moved.</param>
    /// <param name="source">A datagram's sender.</param>
    void OnEnded(SocketError error, int done, in IpEndpoint source);
}
