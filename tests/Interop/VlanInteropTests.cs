using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Tasks;
using StackSharp.Drivers;
using StackSharp.Drivers.Tap;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Interop;

/// <summary>A VLAN of the Linux kernel against ours, on one TAP.</summary>
/// <remarks>Kernels without VLAN devices speak untagged; <see cref="AccessPort"/> then stands between as the switch that tags.</remarks>
[Collection(InteropCollection.Name)]
public sealed class VlanInteropTests
{
    private const int Port = 7007;
    private static readonly IPAddress Ours = IPAddress.Parse("198.18.7.2");

    [Theory, Covers("VLAN-2")]
    [InlineData(true), InlineData(false)]
    public void The_kernel_pings_and_has_TCP_echoed_over_a_VLAN(bool offload)
    {
        Requirement.Tap();
        Requirement.Program("ping");
        NamespaceThread.Run(() =>
        {
            TapDevice device = TapDevice.Open(new TapOptions { Name = "t0", Offload = offload });
            bool isKernelVlan = TryAddVlanDevice();
            using StackHost host = new();
            NetworkInterface parent = host.Attach(isKernelVlan ? device : new AccessPort(device, 7));
            NetworkInterface vlan = host.AddVlan(parent, 7);
            host.AddAddress(vlan, IpPrefix.Parse("198.18.7.2/24"));
            NamespaceThread.Execute("ip", "address", "add", "198.18.7.1/24", "dev", isKernelVlan ? "t0.7" : "t0");

            string ping = NamespaceThread.Execute("ping", "-c", "5", "-i", "0.05", "-W", "5", "-M", "do", "-s", "1472", "198.18.7.2");
            Assert.Contains(" 0% packet loss", ping, StringComparison.Ordinal);

            using StackTcpListener listener = new(host, Ours, Port);
            listener.Start();
            Task echo = Task.Run(() => EchoOne(listener));
            byte[] sent = RandomNumberGenerator.GetBytes(1 << 20);
            byte[] received = SendAndReceive(sent);
            echo.GetAwaiter().GetResult();
            Assert.True(sent.AsSpan().SequenceEqual(received));
            // Five pings, and a mebibyte in segments of 64 KiB at most.
            Assert.InRange(vlan.Statistics.FramesReceived, 21, long.MaxValue);
            Assert.Equal(0, vlan.Statistics.Drops(LinkDropReason.UnknownEtherType));
            host.Detach(vlan);
            Assert.Equal([host.Loopback, parent], host.Interfaces);
        });
    }

    // The kernel between them takes large tagged segments from the one and hands them on as they are, or cut if the other takes none.
    [Theory, Covers("VLAN-2")]
    [InlineData("packet:v0", "packet:v1", true), InlineData("packet:v0", "packet:v1", false), InlineData("tap:v0", "packet:v0", true)]
    public void Two_stacks_exchange_large_segments_behind_a_tag(string here, string there, bool offload)
    {
        Requirement.Tap();
        NamespaceThread.Run(() =>
        {
            bool isVeth = here == "packet:v0";
            if (isVeth)
            {
                NamespaceThread.Execute("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1");
                NamespaceThread.Execute("ip", "link", "set", "v0", "up");
                NamespaceThread.Execute("ip", "link", "set", "v1", "up");
            }
            using StackHost ours = new();
            using StackHost theirs = new();
            NetworkInterface vlan = AddVlan(ours, DeviceName.Open(here), "198.18.7.2/24");
            AddVlan(theirs, DeviceName.Open(there, new DeviceOptions { Offload = offload }), "198.18.7.1/24");
            using StackTcpListener listener = new(ours, Ours, Port);
            listener.Start();
            Task echo = Task.Run(() => EchoOne(listener));
            byte[] sent = RandomNumberGenerator.GetBytes(4 << 20);
            using StackSocket client = new(theirs, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 30_000, SendTimeout = 30_000 };
            client.Connect(new IPEndPoint(Ours, Port));
            byte[] received = SendAndReceive(
                sent, octets => client.Send(octets), () => client.Shutdown(SocketShutdown.Send), buffer => client.Receive(buffer));
            echo.GetAwaiter().GetResult();
            Assert.True(sent.AsSpan().SequenceEqual(received));
            // Cut by the MTU it would have been 2897 frames.
            Assert.InRange(vlan.Statistics.FramesSent, sent.Length >> 16, sent.Length / 1448 / 2);
        });

        static NetworkInterface AddVlan(StackHost host, ILinkDevice device, string address)
        {
            NetworkInterface vlan = host.AddVlan(host.Attach(device), 7);
            host.AddAddress(vlan, IpPrefix.Parse(address));
            return vlan;
        }
    }

    private static bool TryAddVlanDevice()
    {
        try
        {
            NamespaceThread.Execute("ip", "link", "add", "link", "t0", "name", "t0.7", "type", "vlan", "id", "7");
        }
        catch (InvalidOperationException refusal) when (refusal.Message.Contains("Unknown device type", StringComparison.Ordinal))
        {
            return false;
        }
        NamespaceThread.Execute("ip", "link", "set", "t0.7", "up");
        return true;
    }

    private static void EchoOne(StackTcpListener listener)
    {
        using StackSocket socket = listener.AcceptStackSocket();
        byte[] buffer = new byte[65536];
        for (int count; (count = socket.Receive(buffer)) > 0;)
            for (int done = 0; done < count;) done += socket.Send(buffer.AsSpan(done, count - done));
    }

    private static byte[] SendAndReceive(byte[] octets)
    {
        // A socket belongs to the namespace of the thread that makes it: this one.
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 30_000, SendTimeout = 30_000 };
        socket.Connect(Ours, Port);
        return SendAndReceive(octets, part => socket.Send(part), () => socket.Shutdown(SocketShutdown.Send), buffer => socket.Receive(buffer));
    }

    /// <summary>Sends all, says that this was all, and takes what comes back until the other side says the same.</summary>
    private static byte[] SendAndReceive(byte[] octets, Func<ArraySegment<byte>, int> send, Action end, Func<ArraySegment<byte>, int> receive)
    {
        Task sending = Task.Run(() =>
        {
            for (int done = 0; done < octets.Length;) done += send(new ArraySegment<byte>(octets)[done..]);
            end();
        });
        byte[] received = new byte[octets.Length];
        int total = 0;
        for (int count; total < received.Length && (count = receive(new ArraySegment<byte>(received)[total..])) > 0;) total += count;
        sending.GetAwaiter().GetResult();
        return received[..total];
    }
}
