using System.Net;
using StackSharp.Stack.Wire;

namespace StackSharp.Hosting;

/// <summary>Where an awaited receive leaves the sender's address.</summary>
internal sealed class DatagramSource
{
    public IpEndpoint Endpoint { get; private set; }

    /// <summary>Leaves it here or in a socket address, whichever the caller gave.</summary>
    public static void Tell(object? receiver, in IpEndpoint source)
    {
        if (receiver is DatagramSource own) own.Endpoint = source;
        else if (receiver is SocketAddress address) source.WriteTo(address);
    }
}
