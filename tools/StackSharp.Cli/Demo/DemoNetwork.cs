using System.Net;
using System.Threading.Tasks;
using StackSharp.Drivers.Memory;
using StackSharp.Drivers.Wrappers;
using StackSharp.Hosting;
using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;

namespace StackSharp.Cli.Demo;

/// <summary>Two stacks in this process, joined by a link that delays, limits and loses.</summary>
internal sealed class DemoNetwork : IAsyncDisposable
{
    public static readonly IPAddress ServerAddress = IPAddress.Parse("198.18.0.1");

    private const string ServerPrefix = "198.18.0.1/24";
    private const string ClientPrefix = "198.18.0.2/24";

    private DemoNetwork(StackHost server, StackHost client)
    {
        Server = server;
        Client = client;
    }

    public StackHost Server { get; }

    public StackHost Client { get; }

    public static DemoNetwork Create(DemoPlan plan)
    {
        (ILinkDevice serverEnd, ILinkDevice clientEnd) = MemoryLink.CreatePair(new MemoryLinkOptions { Name = "demo", Offload = false });
        ImpairmentOptions direction = new()
        {
            Delay = plan.RoundTripTime / 2,
            Loss = plan.LossPercent / 100,
            BitsPerSecond = plan.BitsPerSecond,
        };
        ImpairedDevice badLink = new(serverEnd, new ImpairedDeviceOptions { Transmit = direction, Receive = direction, Seed = plan.Seed });
        return new DemoNetwork(Start(PcapngRecorder.Create(badLink, plan.Capture), ServerPrefix), Start(clientEnd, ClientPrefix));
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
