using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using StackSharp.Drivers.Tap;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Stack;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Interop;

/// <summary>A router in the middle whose far link takes less than either end's, and which sends no ICMP (RFC 2923 §2.1).</summary>
[Collection(InteropCollection.Name)]
public sealed class PathMtuInteropTests
{
    private const int Octets = 20 << 20;
    private const int FarMtu = 1200;

    private const string Server = "import socket,hashlib\ns=socket.create_server(('198.18.9.2',7000))\nprint('ready',flush=True)\n"
        + "c,_=s.accept()\nh=hashlib.sha256()\nwhile b:=c.recv(1<<20): h.update(b)\nc.sendall(h.digest())\nc.close()";

    [Theory, Covers("PLPMTU-1", "PLPMTU-4", "PLPMTU-6")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_large_upload_gets_through_a_black_hole_within_seconds(bool offload)
    {
        Requirement.Tap();
        Requirement.Program("python3");
        using NetworkNamespace router = NetworkNamespace.Create();
        using NetworkNamespace far = NetworkNamespace.Create();
        NamespaceThread.Run(() =>
        {
            TapDevice device = TapDevice.Open(new TapOptions { Name = "t0", Offload = offload });
            using StackHost host = new();
            NetworkInterface port = host.Attach(device);
            host.AddAddress(port, IpPrefix.Parse("198.18.8.2/24"));
            host.AddRoute(IpPrefix.Parse("198.18.9.0/24"), IpAddress.Parse("198.18.8.1"), port);
            NamespaceThread.Execute("ip", "link", "set", "t0", "netns", router.Name);
            SetUp(router, far);
            BackgroundProcess server = far.Start("python3", "-c", Server);
            server.WaitForLine(line => line == "ready", Command.DefaultTimeout);

            byte[] data = RandomNumberGenerator.GetBytes(Octets);
            using StackSocket client = new(host, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { UserTimeout = TimeSpan.FromSeconds(20) };
            Stopwatch watch = Stopwatch.StartNew();
            client.Connect(new IPEndPoint(IPAddress.Parse("198.18.9.2"), 7000));
            for (int sent = 0; sent < data.Length;) sent += client.Send(data.AsSpan(sent));
            client.Shutdown(SocketShutdown.Send);
            byte[] digest = new byte[32];
            int received = 0;
            while (received < digest.Length && client.Receive(digest.AsSpan(received)) is > 0 and int more) received += more;
            Assert.Equal(SHA256.HashData(data), digest);
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), string.Create(CultureInfo.InvariantCulture, $"It took {watch.Elapsed}."));

            TcpInfo info = client.GetTcpInfo()!.Value;
            // Nothing was told: the size was found.
            Assert.InRange(info.PathMtu, FarMtu - 7, FarMtu);
            Assert.Equal(1, host.ReadStatistics(statistics => statistics.Tcp.PathMtuBlackHoles));
            Assert.True(info.PathMtuProbesSucceeded > 0 && info.PathMtuProbesFailed > 0);
            Assert.Equal(0, host.ReadStatistics(statistics => statistics.Icmp.InPkts(3)));
        });
    }

    private static void SetUp(NetworkNamespace router, NetworkNamespace far)
    {
        router.Ip("link", "set", "t0", "up");
        router.AddAddress("t0", "198.18.8.1/24");
        router.Connect("v0", far, "v1");
        router.AddAddress("v0", "198.18.9.1/24");
        router.Ip("link", "set", "v0", "mtu", FarMtu.ToString(CultureInfo.InvariantCulture));
        router.Run("sysctl", "-qw", "net.ipv4.ip_forward=1");
        // What the router itself says goes nowhere: its ICMP.
        router.Ip("route", "add", "blackhole", "default", "table", "100");
        router.Ip("rule", "add", "iif", "lo", "to", "198.18.8.0/24", "lookup", "100");
        far.AddAddress("v1", "198.18.9.2/24");
        far.Ip("route", "add", "198.18.8.0/24", "via", "198.18.9.1");
    }
}
