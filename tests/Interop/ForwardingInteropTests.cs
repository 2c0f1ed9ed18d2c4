using System.Globalization;
using StackSharp.Drivers.Tap;
using StackSharp.Hosting;
using StackSharp.Stack;
using StackSharp.Stack.Network;
using StackSharp.Stack.Network.Ipv4;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Interop;

/// <summary>Two kernels that reach each other only through this stack.</summary>
[Collection(InteropCollection.Name)]
public sealed class ForwardingInteropTests
{
    private const string Server = "import socket,hashlib,sys\ns=socket.create_server(('198.18.1.2',7000))\nprint('ready',flush=True)\n"
        + "c,_=s.accept()\nh=hashlib.sha256()\nn=0\nwhile b:=c.recv(65536):\n h.update(b);n+=len(b)\nc.sendall(h.digest())\nc.close()\nprint(n,flush=True)";

    private const string Client = "import socket,hashlib,os\nd=os.urandom(10<<20)\nc=socket.create_connection(('198.18.1.2',7000),20)\nc.settimeout(60)\n"
        + "c.sendall(d)\nc.shutdown(socket.SHUT_WR)\nr=b''\nwhile b:=c.recv(100): r+=b\nprint('same' if r==hashlib.sha256(d).digest() else 'different')";

    [Theory, Covers("IP4-FWD-1")]
    [InlineData(true, true), InlineData(true, false), InlineData(false, true)]
    public void Ping_an_expiring_TTL_and_10_MiB_of_TCP_go_through(bool nearOffload, bool farOffload)
    {
        Requirement.Tap();
        Requirement.Program("ping");
        Requirement.Program("python3");
        using NetworkNamespace near = NetworkNamespace.Create();
        using NetworkNamespace far = NetworkNamespace.Create();
        NamespaceThread.Run(() =>
        {
            TapDevice nearTap = TapDevice.Open(new TapOptions { Name = "rn", Offload = nearOffload });
            TapDevice farTap = TapDevice.Open(new TapOptions { Name = "rf", Offload = farOffload });
            using StackHost host = new(new StackHostOptions { Stack = new NetworkStackOptions { Ipv4 = new Ipv4LayerOptions { Forwarding = true } } });
            Join(host, nearTap, near, "rn", "198.18.0.2/24", "198.18.0.1", "198.18.1.0/24");
            Join(host, farTap, far, "rf", "198.18.1.2/24", "198.18.1.1", "198.18.0.0/24");

            CommandResult ping = near.Run("ping", "-c", "5", "-i", "0.05", "-W", "5", "-M", "do", "-s", "1472", "198.18.1.2");
            Assert.Contains(" 0% packet loss", ping.Output, StringComparison.Ordinal);
            Assert.Contains("ttl=63", ping.Output, StringComparison.Ordinal);
            CommandResult expired = near.TryRun(Command.DefaultTimeout, "ping", "-c", "1", "-W", "5", "-t", "1", "198.18.1.2");
            Assert.Contains("From 198.18.0.1", expired.Output, StringComparison.Ordinal);
            Assert.Contains("Time to live exceeded", expired.Output, StringComparison.Ordinal);

            BackgroundProcess server = far.Start("python3", "-c", Server);
            server.WaitForLine(line => line == "ready", Command.DefaultTimeout);
            Assert.Contains("same", near.Run("python3", "-c", Client).Output, StringComparison.Ordinal);
            server.WaitForLine(line => line == (10 << 20).ToString(CultureInfo.InvariantCulture), Command.DefaultTimeout);
            Assert.Equal((0, 0), host.ReadStatistics(statistics => (statistics.Ip.Drops(IpDropReason.NotSegmentable), statistics.Ip.OutFragCreates)));
        });
    }

    /// <summary>Puts the kernel's side of a TAP into a namespace and routes the other network through us.</summary>
    private static void Join(StackHost host, TapDevice device, NetworkNamespace place, string name, string kernelAddress, string ours, string otherNetwork)
    {
        NamespaceThread.Execute("ip", "link", "set", name, "netns", place.Name);
        place.Ip("link", "set", name, "up");
        place.AddAddress(name, kernelAddress);
        place.Ip("route", "add", otherNetwork, "via", ours);
        host.AddAddress(host.Attach(device), IpPrefix.Parse($"{ours}/24"));
    }
}
