using StackSharp.Cli.Output;
using StackSharp.Cli.Session;
using StackSharp.Drivers;
using StackSharp.Drivers.Wrappers;
using StackSharp.Stack.Link;

namespace StackSharp.Cli.Link;

/// <summary>Opens what a link joins.</summary>
internal static class LinkDevices
{
    // A TAP's own queue of 500 to 1000 frames is 12 ms at 1 Gbit/s: whenever this process has to wait for a processor, the device would lose what the link is to carry.
    private const int QueueFrames = 10_000;

    /// <summary>Opens both devices and joins them.</summary>
    /// <exception cref="CommandFailure">A device that leads nowhere else, or there is no such namespace.</exception>
    /// <exception cref="DeviceException">A device cannot be opened, or the two cannot be joined.</exception>
    public static ImpairedBridge Join(LinkPlan plan)
    {
        if (plan.A == plan.B) throw new CommandFailure($"{plan.A.Device} cannot be joined with itself: give two devices");
        ILinkDevice first = Open(plan.A, plan);
        ILinkDevice? second = null;
        try
        {
            second = Open(plan.B, plan);
            return new ImpairedBridge(first, second, plan.Impairments);
        }
        catch
        {
            first.Dispose();
            second?.Dispose();
            throw;
        }
    }

    private static ILinkDevice Open(LinkEnd end, LinkPlan plan)
    {
        if (end.Device == "loopback") throw new CommandFailure("loopback has no other end to join: give a device that leads somewhere");
        Drivers.DeviceOptions options = new()
        {
            Offload = plan.Offload && plan.Impairments.IsPerfect,
            MaximumTransmissionUnit = plan.Mtu,
            Promiscuous = true,
            QueueFrames = QueueFrames,
        };
        if (end.Namespace is null) return DeviceName.Open(end.Device, options);
        ILinkDevice? opened = null;
        NamespaceEntry.Run(end.Namespace, () => opened = DeviceName.Open(end.Device, options));
        return opened!;
    }
}
