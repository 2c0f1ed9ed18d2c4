using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Tasks;
using StackSharp.Drivers.Tap;
using StackSharp.Drivers.Wrappers;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Stack;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Interop;

/// <summary>Congestion marks between the Linux kernel and this stack, over a TAP whose traffic is marked at random both ways.</summary>
[Collection(InteropCollection.Name)]
public sealed class EcnInteropTests
{
    private const int Port = 7007;
    private const int Octets = 4 << 20;
    private const double Marking = 0.05;
    private static readonly IPAddress Ours = IPAddress.Parse("198.18.7.2");
    private static readonly IPAddress Kernel = IPAddress.Parse("198.18.7.1");

    [Fact, Covers("ECN-1", "ECN-3", "ECN-4")]
    public void The_kernel_asks_and_slows_down_when_we_tell_it_of_marks() => OnMarkingTap(host =>
    {
        using StackSocket listener = new(host, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(Ours, Port));
        listener.Listen(1);
        using Socket client = NewKernelSocket();
        client.Connect(Ours, Port);
        using StackSocket server = listener.Accept();
        byte[] sent = RandomNumberGenerator.GetBytes(Octets);
        Task sending = Task.Run(() =>
        {
            client.Send(sent);
            client.Shutdown(SocketShutdown.Send);
        });
        Assert.Equal(SHA256.HashData(sent), ReceiveAll(buffer => server.Receive(buffer)));
        sending.Wait();
        TcpInfo info = server.GetTcpInfo()!.Value;
        Assert.Equal(EcnFeedback.Classic, info.Ecn);
        Assert.InRange(info.CeReceived, 1, long.MaxValue);
        Assert.InRange(KernelCounter("TcpExt", "TCPDeliveredCE"), 1, long.MaxValue);
    });

    [Theory, Covers("ECN-1", "ECN-4", "ACC-3")]
    [InlineData(EcnUse.Request)]
    [InlineData(EcnUse.RequestClassic)]
    public void The_kernel_agrees_and_we_slow_down_when_it_tells_us_of_marks(EcnUse use) => OnMarkingTap(host =>
    {
        using Socket listener = NewKernelSocket();
        listener.Bind(new IPEndPoint(Kernel, Port));
        listener.Listen();
        using StackSocket client = new(host, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Ecn = use };
        client.Connect(new IPEndPoint(Kernel, Port));
        using Socket server = listener.Accept();
        byte[] sent = RandomNumberGenerator.GetBytes(Octets);
        Task sending = Task.Run(() =>
        {
            client.Send(sent);
            client.Shutdown(SocketShutdown.Send);
        });
        Assert.Equal(SHA256.HashData(sent), ReceiveAll(buffer => server.Receive(buffer)));
        sending.Wait();
        TcpInfo info = client.GetTcpInfo()!.Value;
        // The kernel's sysctl does not let it speak AccECN: it takes our SYN for a classic one.
        Assert.Equal(EcnFeedback.Classic, info.Ecn);
        Assert.InRange(info.CeDelivered, 1, long.MaxValue);
        Assert.InRange(info.SlowStartThreshold, 1, long.MaxValue - 1);
        Assert.InRange(KernelCounter("IpExt", "InCEPkts"), 1, long.MaxValue);
    });

    private static byte[] ReceiveAll(Func<byte[], int> receive)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[64 << 10];
        for (int octets; (octets = receive(buffer)) > 0;) hash.AppendData(buffer, 0, octets);
        return hash.GetHashAndReset();
    }

    // Of this thread's namespace. A line of names, then one of values, both with the group in front.
    private static long KernelCounter(string group, string name)
    {
        string[][] lines = [.. File.ReadLines("/proc/thread-self/net/netstat").Where(line => line.StartsWith(group + ":", StringComparison.Ordinal)).Select(line => line.Split(' '))];
        return long.Parse(lines[1][Array.IndexOf(lines[0], name)], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Socket NewKernelSocket() =>
        new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 30_000, SendTimeout = 30_000 };

    private static void OnMarkingTap(Action<StackHost> test)
    {
        Requirement.Tap();
        NamespaceThread.Run(() =>
        {
            ImpairmentOptions marking = new() { EcnMarking = Marking };
            ImpairedDevice device = new(TapDevice.Open(new TapOptions { Name = "t0" }), new ImpairedDeviceOptions { Transmit = marking, Receive = marking });
            using StackHost host = new();
            NetworkInterface port = host.Attach(device);
            host.AddAddress(port, IpPrefix.Parse("198.18.7.2/24"));
            NamespaceThread.Execute("ip", "address", "add", "198.18.7.1/24", "dev", "t0");
            File.WriteAllText("/proc/sys/net/ipv4/tcp_ecn", "1");
            test(host);
        });
    }
}
