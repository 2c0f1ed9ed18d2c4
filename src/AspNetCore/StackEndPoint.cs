using System.Net;
using StackSharp.Hosting;

namespace StackSharp.AspNetCore;

/// <summary>An address and port on one particular stack, for servers that listen on several, or on the operating system's too.</summary>
public sealed class StackEndPoint : IPEndPoint
{
    /// <param name="port">0: one is drawn from the ephemeral range.</param>
    public StackEndPoint(StackHost host, IPAddress address, int port)
        : base(address, port)
    {
        ArgumentNullException.ThrowIfNull(host);
        Host = host;
    }

    /// <summary>The stack that the address belongs to.</summary>
    public StackHost Host { get; }
}
