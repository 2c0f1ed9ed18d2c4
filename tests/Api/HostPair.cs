using System.Net;
using System.Net.Sockets;
using StackSharp.Drivers.Memory;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;

namespace StackSharp.Tests.Api;

/// <summary>Two hosts on one wire in memory: 198.18.0.1 and 198.18.0.2.</summary>
internal sealed class HostPair : IDisposable
{
    public static readonly IPAddress FirstAddress = IPAddress.Parse("198.18.0.1");
    public static readonly IPAddress SecondAddress = IPAddress.Parse("198.18.0.2");

    public HostPair(CompletionMode mode = CompletionMode.ThreadPool, MemoryLinkOptions? link = null, TcpLayerOptions? tcp = null, NetworkStackOptions? secondStack = null)
    {
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair(link);
        First = NewHost(mode, tcp);
        Second = NewHost(mode, tcp, secondStack);
        FirstInterface = First.Attach(first);
        SecondInterface = Second.Attach(second);
        First.AddAddress(FirstInterface, IpPrefix.Parse("198.18.0.1/24"));
        Second.AddAddress(SecondInterface, IpPrefix.Parse("198.18.0.2/24"));
    }

    public StackHost First { get; }

    public StackHost Second { get; }

    public NetworkInterface FirstInterface { get; }

    public NetworkInterface SecondInterface { get; }

    public static StackHost NewHost(CompletionMode mode = CompletionMode.ThreadPool, TcpLayerOptions? tcp = null, NetworkStackOptions? stack = null) => new(new StackHostOptions
    {
        CompletionMode = mode,
        Stack = (stack ?? new NetworkStackOptions()) with { DebugBuffers = true, Tcp = tcp ?? new TcpLayerOptions() },
        HostNames = new Dictionary<string, IPAddress[]> { ["one.test"] = [FirstAddress], ["two.test"] = [SecondAddress] },
    });

    public StackSocket NewTcp(StackHost? host = null) => new(host ?? First, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public StackSocket NewUdp(StackHost? host = null) => new(host ?? First, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    /// <summary>A socket of the second host that listens on a port of its own.</summary>
    public StackSocket Listen(int backlog = 16)
    {
        StackSocket listener = NewTcp(Second);
        listener.Bind(new IPEndPoint(SecondAddress, 0));
        listener.Listen(backlog);
        return listener;
    }

    /// <summary>A connection: the first host's end and the second's.</summary>
    public (StackSocket Client, StackSocket Server) Connect()
    {
        using StackSocket listener = Listen();
        StackSocket client = NewTcp();
        client.Connect(listener.LocalEndPoint!);
        return (client, listener.Accept());
    }

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }
}
