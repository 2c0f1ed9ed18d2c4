using System.IO;
using System.Net;
using System.Net.Sockets;
using StackSharp.Drivers.Tap;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Stack;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Interop;

/// <summary>Fast Open between the Linux kernel and this stack, both ways, over a TAP.</summary>
[Collection(InteropCollection.Name)]
public sealed class FastOpenInteropTests
{
    private const int Port = 7007;

    // linux/tcp.h.
    private const int TcpLevel = 6;
    private const int TcpFastOpen = 23;
    private const int TcpFastOpenConnect = 30;
    private static readonly IPAddress Ours = IPAddress.Parse("198.18.7.2");
    private static readonly IPAddress Kernel = IPAddress.Parse("198.18.7.1");

    [Fact, Covers("TFO-1", "TFO-3")]
    public void The_kernel_sends_its_second_request_in_the_SYN() => OnTap(host =>
    {
        using StackSocket listener = new(host, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { FastOpenQueue = 16 };
        listener.Bind(new IPEndPoint(Ours, Port));
        listener.Listen(16);
        for (int i = 0; i < 3; i++)
        {
            using Socket client = NewKernelSocket();
            client.SetRawSocketOption(TcpLevel, TcpFastOpenConnect, BitConverter.GetBytes(1));
            client.Connect(Ours, Port);
            client.Send("request"u8);
            using StackSocket server = listener.Accept();
            byte[] buffer = new byte[64];
            Assert.Equal("request"u8, buffer.AsSpan(0, server.Receive(buffer)));
            server.Send("answer"u8);
            Assert.Equal("answer"u8, buffer.AsSpan(0, client.Receive(buffer)));
        }
        Assert.Equal(1, host.ReadStatistics(statistics => statistics.Tcp.FastOpenCookieRequests));
        Assert.Equal(2, host.ReadStatistics(statistics => statistics.Tcp.FastOpenPassive));
        Assert.Equal(0, host.ReadStatistics(statistics => statistics.Tcp.FastOpenPassiveFail));
    });

    [Fact, Covers("TFO-1", "TFO-4")]
    public void The_kernel_takes_our_second_request_from_the_SYN() => OnTap(host =>
    {
        using Socket listener = NewKernelSocket();
        listener.Bind(new IPEndPoint(Kernel, Port));
        listener.SetRawSocketOption(TcpLevel, TcpFastOpen, BitConverter.GetBytes(16));
        listener.Listen();
        for (int i = 0; i < 3; i++)
        {
            using StackSocket client = new(host, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { FastOpenConnect = true };
            client.Connect(new IPEndPoint(Kernel, Port));
            client.Send("request"u8);
            using Socket server = listener.Accept();
            byte[] buffer = new byte[64];
            Assert.Equal("request"u8, buffer.AsSpan(0, server.Receive(buffer)));
            server.Send("answer"u8);
            Assert.Equal("answer"u8, buffer.AsSpan(0, client.Receive(buffer)));
        }
        Assert.Equal(2, host.ReadStatistics(statistics => statistics.Tcp.FastOpenActive));
        Assert.Equal(0, host.ReadStatistics(statistics => statistics.Tcp.FastOpenActiveFail));
    });

    private static Socket NewKernelSocket() =>
        new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 30_000, SendTimeout = 30_000 };

    private static void OnTap(Action<StackHost> test)
    {
        Requirement.Tap();
        NamespaceThread.Run(() =>
        {
            TapDevice device = TapDevice.Open(new TapOptions { Name = "t0" });
            using StackHost host = new();
            NetworkInterface port = host.Attach(device);
            host.AddAddress(port, IpPrefix.Parse("198.18.7.2/24"));
            NamespaceThread.Execute("ip", "address", "add", "198.18.7.1/24", "dev", "t0");
            // Client and server: this namespace's own.
            File.WriteAllText("/proc/sys/net/ipv4/tcp_fastopen", "3");
            test(host);
        });
    }
}
