using StackSharp.Drivers.AfPacket;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Tests.TestKit;

namespace StackSharp.Tests.Drivers.AfPacket;

/// <summary>A veth pair in a namespace: the kernel has an address on v0, we have v1.</summary>
internal static class Veth
{
    public static readonly MacAddress OurHardware = MacAddress.Parse("02:00:00:00:00:11");
    public static readonly MacAddress KernelHardware = MacAddress.Parse("02:00:00:00:00:10");
    public static readonly RawStation Us = new(OurHardware, IpAddress.Parse("198.18.0.2"));
    public static readonly RawStation Kernel = new(KernelHardware, IpAddress.Parse("198.18.0.1"));

    /// <summary>For v1.</summary>
    public static readonly AfPacketOptions Options = new() { Interface = "v1" };

    /// <summary>For v0, to send and receive what the kernel would not.</summary>
    public static readonly AfPacketOptions Other = new() { Interface = "v0" };

    public static void Run(Action body) => NamespaceThread.Run(() =>
    {
        NamespaceThread.Execute("ip", "link", "add", "v0", "mtu", "1400", "type", "veth", "peer", "name", "v1", "mtu", "1400");
        NamespaceThread.Execute("ip", "link", "set", "v0", "address", KernelHardware.ToString());
        NamespaceThread.Execute("ip", "link", "set", "v1", "address", OurHardware.ToString());
        NamespaceThread.Execute("ip", "addr", "add", "198.18.0.1/24", "dev", "v0");
        BringUp();
        body();
    });

    /// <summary>Until the kernel has noticed that both ends are up, it swallows frames and says that they were sent.</summary>
    public static void BringUp()
    {
        DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(10);
        foreach (string name in (string[])["v0", "v1"]) NamespaceThread.Execute("ip", "link", "set", name, "up");
        foreach (string name in (string[])["v0", "v1"])
        {
            while (!NamespaceThread.Execute("ip", "link", "show", name).Contains("state UP", StringComparison.Ordinal))
                if (DateTime.UtcNow > end) throw new TimeoutException($"{name} does not come up.");
        }
    }

    /// <summary>A UDP frame from the kernel's side to port 9 of ours.</summary>
    public static byte[] ToUs(int payloadBytes, ushort sourcePort = 1) => Kernel.Udp(Us, sourcePort, 9, new byte[payloadBytes]);

    /// <summary>Tells the frames of <see cref="ToUs"/> from what the kernel sends of its own accord.</summary>
    public static bool IsToUs(byte[] frame) => frame.Length >= RawStation.UdpHeaders && frame[13] == 0 && frame[23] == 17 && frame[36] == 0 && frame[37] == 9;
}
