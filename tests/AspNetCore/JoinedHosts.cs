using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Drivers.Memory;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;

namespace StackSharp.Tests.AspNetCore;

/// <summary>Two hosts on one perfect link: a server and a client.</summary>
public sealed class JoinedHosts : IAsyncDisposable
{
    public static readonly IPAddress ServerAddress = IPAddress.Parse("198.18.0.1");

    public JoinedHosts()
    {
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair();
        Server = Start(first, "198.18.0.1/24");
        Client = Start(second, "198.18.0.2/24");
    }

    public StackHost Server { get; }

    public StackHost Client { get; }

    /// <summary>A connection from the client to a port of the server.</summary>
    public async Task<StackSocket> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        StackSocket socket = new(Client, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(ServerAddress, port), cancellationToken);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }

    private static StackHost Start(ILinkDevice device, string address)
    {
        StackHost host = new(new StackHostOptions());
        NetworkInterface networkInterface = host.Attach(device);
        host.AddAddress(networkInterface, IpPrefix.Parse(address));
        return host;
    }
}
