using System.IO;
using System.Threading.Tasks;
using StackSharp.Cli.Output;
using StackSharp.Cli.Tracing;
using StackSharp.Drivers;
using StackSharp.Drivers.Wrappers;
using StackSharp.Hosting;
using StackSharp.Hosting.Shards;
using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;

namespace StackSharp.Cli.Session;

/// <summary>A stack with one device, an address and perhaps a way out: what every networking command but <c>demo</c> works with.</summary>
internal sealed class StackSession : IAsyncDisposable
{
    private readonly IAsyncDisposable _owner;
    private readonly TraceFile? _trace;

    private StackSession(IAsyncDisposable owner, IReadOnlyList<StackHost> shards, TraceFile? trace)
    {
        _owner = owner;
        _trace = trace;
        Shards = shards;
    }

    /// <summary>The stack, or the first of several.</summary>
    public StackHost Host => Shards[0];

    /// <summary>One stack for each queue of the device.</summary>
    public IReadOnlyList<StackHost> Shards { get; }

    /// <exception cref="CommandFailure">The gateway is not on the stack's network.</exception>
    /// <exception cref="DeviceException">The device cannot be opened.</exception>
    /// <exception cref="IOException">A recording or the trace cannot be written.</exception>
    public static StackSession Open(DeviceChoice choice, StackHostOptions options)
    {
        ThrowIfGatewayIsElsewhere(choice);
        TraceFile? trace = OpenTrace(choice);
        ILinkDevice device = OpenDevices(choice, 1)[0];
        StackHost host = new(choice.ApplyTo(options, trace?.Sink) with { Logger = ErrorLogger.Instance });
        try
        {
            NetworkInterface networkInterface = host.Attach(device);
            host.AddAddress(networkInterface, choice.Address);
            if (choice.Gateway is IpAddress gateway) host.AddRoute(new IpPrefix(IpAddress.AnyIpv4, 0), gateway, networkInterface);
            return new StackSession(host, [host], trace);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="Open"/>, with a stack for each of several queues of the device.</summary>
    /// <exception cref="CommandFailure">The gateway is not on the stack's network.</exception>
    /// <exception cref="DeviceException">The device cannot be opened, or has no queues.</exception>
    public static StackSession OpenSharded(DeviceChoice choice, StackHostOptions options, int queues)
    {
        if (queues == 1) return Open(choice, options);
        ThrowIfGatewayIsElsewhere(choice);
        TraceFile? trace = OpenTrace(choice);
        ShardedHost host = new(OpenDevices(choice, queues), choice.ApplyTo(options, trace?.Sink) with { Logger = ErrorLogger.Instance });
        try
        {
            host.AddAddress(choice.Address);
            if (choice.Gateway is IpAddress gateway) host.AddRoute(new IpPrefix(IpAddress.AnyIpv4, 0), gateway);
            return new StackSession(host, host.Shards, trace);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _owner.DisposeAsync();
        if (_trace is not null) await _trace.DisposeAsync();
    }

    private static TraceFile? OpenTrace(DeviceChoice choice) => choice.Trace is null ? null : TraceFile.Create(choice.Trace);

    private static void ThrowIfGatewayIsElsewhere(DeviceChoice choice)
    {
        if (choice.Gateway is IpAddress router && !choice.Address.Contains(router))
            throw new CommandFailure($"the gateway {router} is not in {choice.Address}: give one on the stack's own network");
    }

    private static ILinkDevice[] OpenDevices(DeviceChoice choice, int queues)
    {
        ILinkDevice[] devices = [.. DeviceName.OpenQueues(choice.Device, queues, new Drivers.DeviceOptions
        {
            Address = choice.Mac,
            HostAddress = choice.HostAddress,
            Offload = choice.Offload,
        })];
        if (choice.Capture is null) return devices;
        try
        {
            for (int i = 0; i < queues; i++) devices[i] = PcapngRecorder.Create(devices[i], RecordingOf(choice.Capture.FullName, i, queues));
            return devices;
        }
        catch
        {
            foreach (ILinkDevice device in devices) device.Dispose();
            throw;
        }
    }

    /// <summary>Each queue has a thread of its own, and so a file of its own: NAME-0.pcapng, NAME-1.pcapng, ...</summary>
    private static string RecordingOf(string path, int queue, int queues) => queues == 1
        ? path
        : Path.Combine(Path.GetDirectoryName(path)!, $"{Path.GetFileNameWithoutExtension(path)}-{queue}{Path.GetExtension(path)}");
}
