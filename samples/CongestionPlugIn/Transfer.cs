using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Drivers.Memory;
using StackSharp.Drivers.Wrappers;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Stack.Wire;

namespace CongestionPlugIn;

/// <summary>Two stacks in this process, a slow link between them, and octets that go across.</summary>
public static class Transfer
{
    private static readonly IPEndPoint Server = new(IPAddress.Parse("198.18.0.1"), 5001);
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>Sends so many octets under an algorithm's control, and writes a line with the congestion window every tenth of a second.</summary>
    /// <returns>The connection's figures at the end.</returns>
    public static async Task<TcpInfo> RunAsync(string algorithm, long octets, TextWriter output)
    {
        (ILinkDevice serverEnd, ILinkDevice clientEnd) = MemoryLink.CreatePair(new MemoryLinkOptions { Offload = false });
        ImpairmentOptions direction = new() { BitsPerSecond = 50_000_000, Delay = TimeSpan.FromMilliseconds(10) };
        ImpairedDevice slowLink = new(clientEnd, new ImpairedDeviceOptions { Transmit = direction, Receive = direction });
        using StackHost server = Start(serverEnd, "198.18.0.1/24");
        using StackHost client = Start(slowLink, "198.18.0.2/24");
        using StackSocket listener = new(server, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(Server);
        listener.Listen(1);
        using StackSocket sender = new(client, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { CongestionControl = algorithm };
        await sender.ConnectAsync(Server);
        using StackSocket receiver = await listener.AcceptAsync();
        Task<long> receiving = ReceiveAllAsync(receiver);
        Task sending = SendAsync(sender, octets);
        while (!receiving.IsCompleted)
        {
            TcpInfo info = sender.GetTcpInfo()!.Value;
            string line = $"{info.ConnectedFor.TotalSeconds,4:0.0} s  cwnd {info.CongestionWindow / 1024,5} KiB  rtt {info.SmoothedRoundTripTime.TotalMilliseconds,5:0.0} ms  {new string('#', (int)Math.Min(info.CongestionWindow / 8192, 60))}";
            await output.WriteLineAsync(line);
            await Task.WhenAny(receiving, Task.Delay(SampleEvery));
        }
        await sending;
        if (await receiving != octets) throw new InvalidDataException($"{await receiving} of {octets} octets arrived.");
        TcpInfo last = sender.GetTcpInfo()!.Value;
        await output.WriteLineAsync($"{octets / 1024} KiB with {last.CongestionControl}: {last.SegmentsRetransmitted} of {last.SegmentsSent} segments sent twice.");
        return last;
    }

    // The plug-in is registered with each stack that is to know it; a socket then names it.
    private static StackHost Start(ILinkDevice device, string address)
    {
        CongestionControls controls = CongestionControls.Standard.With(() => new Vegas());
        StackHost host = new(new StackHostOptions { Stack = new NetworkStackOptions { Tcp = new TcpLayerOptions { CongestionControls = controls } } });
        host.AddAddress(host.Attach(device), IpPrefix.Parse(address));
        return host;
    }

    private static async Task SendAsync(StackSocket sender, long octets)
    {
        byte[] buffer = new byte[64 * 1024];
        for (long sent = 0; sent < octets;) sent += await sender.SendAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, octets - sent)));
        sender.Shutdown(SocketShutdown.Send);
    }

    private static async Task<long> ReceiveAllAsync(StackSocket receiver)
    {
        byte[] buffer = new byte[64 * 1024];
        long received = 0;
        while (await receiver.ReceiveAsync(buffer) is > 0 and int count) received += count;
        return received;
    }
}
