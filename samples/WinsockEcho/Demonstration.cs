using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Drivers.Memory;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;
using StackSharp.Winsock;

namespace WinsockEcho;

/// <summary>Two stacks in this process: the echo server on one, its clients on the other.</summary>
public static class Demonstration
{
    private static readonly IPEndPoint Server = new(IPAddress.Parse("198.18.0.1"), 7);

    /// <summary>Has so many clients send so many octets each, all at once, and compares what comes back.</summary>
    /// <param name="style">How the server waits: <c>events</c> or <c>port</c>.</param>
    /// <returns>Octets that the server echoed.</returns>
    /// <exception cref="InvalidDataException">A client got something else than it had sent.</exception>
    public static async Task<long> RunAsync(string style, int clients, int octets, TextWriter output)
    {
        (ILinkDevice serverEnd, ILinkDevice clientEnd) = MemoryLink.CreatePair();
        using StackHost serverHost = Start(serverEnd, "198.18.0.1/24");
        using StackHost clientHost = Start(clientEnd, "198.18.0.2/24");
        Ws2_32.Instance = new WinsockApi(serverHost);
        if (Ws2_32.WSAStartup(0x0202, new WSADATA()) != 0) throw new InvalidOperationException("Winsock does not start.");
        long echoed = await ServeAsync(style, clientHost, clients, octets);
        await output.WriteLineAsync($"{style}: {clients} clients, {echoed / 1024} KiB echoed.");
        Ws2_32.WSACleanup();
        return echoed;
    }

    private static async Task<long> ServeAsync(string style, StackHost clientHost, int clients, int octets)
    {
        using IEchoServer server = Create(style);
        Task serving = Task.Factory.StartNew(server.Run, TaskCreationOptions.LongRunning);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(seed => CompareAsync(clientHost, seed, octets)));
        server.Stop();
        await serving;
        return server.Echoed;
    }

    /// <exception cref="ArgumentException">There is no such style.</exception>
    private static IEchoServer Create(string style) => style switch
    {
        "events" => new EventServer((ushort)Server.Port),
        "port" => new CompletionPortServer((ushort)Server.Port),
        _ => throw new ArgumentException($"'{style}' is no style: take events or port.", nameof(style)),
    };

    private static StackHost Start(ILinkDevice device, string address)
    {
        StackHost host = new();
        host.AddAddress(host.Attach(device), IpPrefix.Parse(address));
        return host;
    }

    private static async Task CompareAsync(StackHost host, int seed, int octets)
    {
        byte[] sent = new byte[octets];
        new Random(seed).NextBytes(sent);
        using StackSocket client = new(host, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(Server);
        Task sending = SendAsync(client, sent);
        byte[] received = new byte[octets];
        int count = 0;
        while (count < octets && await client.ReceiveAsync(received.AsMemory(count)) is > 0 and int more) count += more;
        await sending;
        bool isWhole = await client.ReceiveAsync(new byte[1]) == 0 && received.AsSpan(0, count).SequenceEqual(sent);
        if (!isWhole) throw new InvalidDataException($"Client {seed} did not get back what it had sent.");
    }

    private static async Task SendAsync(StackSocket client, byte[] octets)
    {
        await client.SendAsync(octets);
        client.Shutdown(SocketShutdown.Send);
    }
}
