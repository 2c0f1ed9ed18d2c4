using System.Threading.Tasks;
using StackSharp.Cli.Output;
using StackSharp.Drivers;
using StackSharp.Drivers.Wrappers;
using StackSharp.Hosting;
using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;

namespace StackSharp.Cli.Session;

/// <summary>A stack with one device, an address and perhaps a way out: what every networking command but <c>demo</c> works with.</summary>
internal sealed class StackSession : IAsyncDisposable
{
    private StackSession(StackHost host) => Host = host;

    public StackHost Host { get; }

    /// <exception cref="CommandFailure">The gateway is not on the stack's network.</exception>
    /// <exception cref="DeviceException">The device cannot be opened.</exception>
    public static StackSession Open(DeviceChoice choice, StackHostOptions options)
    {
        if (choice.Gateway is IpAddress router && !choice.Address.Contains(router))
            throw new CommandFailure($"the gateway {router} is not in {choice.Address}: give one on the stack's own network");

        ILinkDevice device = OpenDevice(choice);
        StackHost host = new(options with { Logger = ErrorLogger.Instance });
        try
        {
            NetworkInterface networkInterface = host.Attach(device);
            host.AddAddress(networkInterface, choice.Address);
            if (choice.Gateway is IpAddress gateway) host.AddRoute(new IpPrefix(IpAddress.AnyIpv4, 0), gateway, networkInterface);
            return new StackSession(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private static ILinkDevice OpenDevice(DeviceChoice choice)
    {
        ILinkDevice device = DeviceName.Open(choice.Device, new Drivers.DeviceOptions
        {
            Address = choice.Mac,
            HostAddress = choice.HostAddress,
            Offload = choice.Offload,
        });
        if (choice.Capture is null) return device;
        try
        {
            return PcapngRecorder.Create(device, choice.Capture.FullName);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }
}
