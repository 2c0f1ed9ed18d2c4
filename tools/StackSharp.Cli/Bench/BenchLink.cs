using System.Net;
using System.Threading.Tasks;
using StackSharp.Cli.Services;
using StackSharp.Cli.Session;
using StackSharp.Drivers.Memory;
using StackSharp.Hosting;
using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Tracing;
using StackSharp.Stack.Wire;

namespace StackSharp.Cli.Bench;

/// <summary>A server, a link and a client that is ready to put load on it.</summary>
internal sealed class BenchLink : IAsyncDisposable
{
    /// <summary>The link that the others are compared with.</summary>
    public const string Kernel = "kernel";
    public const string Memory = "memory";
    public const string Tap = "tap";
    public const string Packet = "packet";

    public static readonly IReadOnlyList<string> Names = [Memory, Tap, Packet, Kernel];

    private const string ServerAddress = "198.18.0.99";
    private const string ClientAddress = "198.18.0.1";
    private const string PrefixLength = "/24";
    private const string ServerInterface = "bench1";
    private const string ClientInterface = "bench0";
    private static readonly ServiceSelection Services = new(Echo: true, Discard: true, Chargen: true, Daytime: false, Iperf3: false, HttpFolder: null);
    private readonly Stack<IDisposable> _parts = new();

    private readonly ITcpEventSink? _events;

    private BenchLink(string name, ITcpEventSink? events)
    {
        Name = name;
        _events = events;
    }

    public string Name { get; }

    /// <summary>What the link consists of.</summary>
    public string Description { get; private set; } = "";

    public ILoadNetwork Load { get; private set; } = null!;

    /// <param name="events">What the stacks' connections report to; null: nothing.</param>
    /// <exception cref="Output.CommandFailure">The machine cannot make such a link; the message says what is missing.</exception>
    /// <exception cref="Drivers.DeviceException">The device does not open.</exception>
    public static async Task<BenchLink> OpenAsync(string name, ServiceStyle style, ITcpEventSink? events = null)
    {
        BenchLink link = new(name, events);
        try
        {
            switch (name)
            {
                case Memory: link.OpenMemory(style); break;
                case Tap: link.OpenTap(style); break;
                case Kernel: link.OpenKernel(); break;
                default: link.OpenPair(name, style); break;
            }
            return link;
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out IDisposable? part))
        {
            if (part is IAsyncDisposable host) await host.DisposeAsync();
            else part.Dispose();
        }
    }

    private void OpenMemory(ServiceStyle style)
    {
        (ILinkDevice serverEnd, ILinkDevice clientEnd) = MemoryLink.CreatePair();
        ClassicServices.Start(Start(serverEnd, ServerAddress, new NetworkStackOptions()), Services, style);
        // Ports for a closed connection each; one that has been closed is taken again after a second.
        TcpLayerOptions manyConnections = new() { FirstEphemeralPort = 1024, TimeWait = TimeSpan.FromSeconds(1) };
        StackHost client = Start(clientEnd, ClientAddress, new NetworkStackOptions { Tcp = manyConnections });
        Load = new StackLoad(client, IPAddress.Parse(ServerAddress));
        Description = "two stacks in this process; the client blocks a thread for each connection";
    }

    private void OpenTap(ServiceStyle style)
    {
        LinkNamespace place = Keep(LinkNamespace.Create());
        OpenStack(place, $"tap:{ClientInterface}", IpPrefix.Parse(ClientAddress + PrefixLength), style);
        Load = new KernelLoad(IPAddress.Parse(ServerAddress), place);
        Description = "the kernel's sockets on the host side of a TAP";
    }

    /// <summary>A device, by its kind, on one end of a veth pair whose other end is the kernel's.</summary>
    private void OpenPair(string kind, ServiceStyle style)
    {
        (LinkNamespace client, LinkNamespace server) = MakePair();
        OpenStack(server, $"{kind}:{ServerInterface}", null, style);
        Load = new KernelLoad(IPAddress.Parse(ServerAddress), client);
        Description = $"the kernel's sockets on the other end of a veth pair, {kind} on this one";
    }

    private void OpenKernel()
    {
        if (LinkNamespace.Obstacle is { } reason)
        {
            KernelServices local = Keep(new KernelServices(IPAddress.Loopback));
            Load = new KernelLoad(IPAddress.Loopback, null, local);
            Description = $"System.Net.Sockets on both ends, over loopback (a veth pair {reason})";
            return;
        }
        (LinkNamespace client, LinkNamespace server) = MakePair();
        server.Ip("address", "add", ServerAddress + PrefixLength, "dev", ServerInterface);
        IPAddress address = IPAddress.Parse(ServerAddress);
        KernelServices? services = null;
        server.Run(() => services = Keep(new KernelServices(address)));
        Load = new KernelLoad(address, client, services);
        Description = "System.Net.Sockets on both ends of a veth pair";
    }

    private (LinkNamespace Client, LinkNamespace Server) MakePair()
    {
        LinkNamespace client = Keep(LinkNamespace.Create());
        LinkNamespace server = Keep(LinkNamespace.Create());
        client.Ip("link", "add", ClientInterface, "type", "veth", "peer", "name", ServerInterface, "netns", server.Name);
        Keep(new Removal(() => client.Ip("link", "delete", ClientInterface)));
        client.Ip("address", "add", ClientAddress + PrefixLength, "dev", ClientInterface);
        client.Ip("link", "set", ClientInterface, "up");
        server.Ip("link", "set", ServerInterface, "up");
        return (client, server);
    }

    private void OpenStack(LinkNamespace place, string device, IpPrefix? hostAddress, ServiceStyle style) => place.Run(() =>
    {
        DeviceChoice choice = new(
            device, IpPrefix.Parse(ServerAddress + PrefixLength), null, null, hostAddress, Offload: true, CongestionControl: null, Ecn: null, Capture: null, Trace: null);
        StackHost host = Keep(StackSession.Open(choice, Traced(new NetworkStackOptions())).Host);
        ClassicServices.Start(host, Services, style);
    });

    private StackHost Start(ILinkDevice device, string address, NetworkStackOptions options)
    {
        StackHost host = Keep(new StackHost(Traced(options)));
        host.AddAddress(host.Attach(device), IpPrefix.Parse(address + PrefixLength));
        return host;
    }

    private StackHostOptions Traced(NetworkStackOptions options) => new()
    {
        Stack = options with { Tcp = options.Tcp with { Socket = options.Tcp.Socket with { Events = _events } } },
    };

    // Let go in the opposite order.
    private T Keep<T>(T part)
        where T : IDisposable
    {
        _parts.Push(part);
        return part;
    }

    private sealed class Removal(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}
