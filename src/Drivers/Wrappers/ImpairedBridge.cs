using System.Diagnostics;
using System.Threading.Tasks;
using StackSharp.Stack.Link;
using StackSharp.Stack.Time;

namespace StackSharp.Drivers.Wrappers;

/// <summary>Joins two devices, in real time: what comes from one goes to the other, as slow, late, lossy or noisy as is asked for. There is no stack in it.</summary>
/// <remarks>
/// A thread for each direction. Impairments have to hit frames of a wire's size: what a device has merged is cut first, but open devices without
/// offload where a direction is impaired, so that nobody hands large segments to them. A perfect direction passes large segments on whole.
/// </remarks>
public sealed class ImpairedBridge : IDisposable
{
    private readonly ILinkDevice _first;
    private readonly ILinkDevice _second;
    private readonly BridgeDirection _forward;
    private readonly BridgeDirection _backward;
    private readonly Thread[] _threads;
    private readonly TaskCompletionSource<ILinkDevice> _deviceGone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _closed;

    /// <summary>Begins to forward.</summary>
    /// <param name="first">Belongs to the bridge from now on.</param>
    /// <param name="second">Belongs to the bridge from now on.</param>
    /// <exception cref="DeviceException">The devices' frames begin differently, or are of different largest size. The devices stay open then.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A chance outside 0 to 1, a negative time, a rate or queue of nothing.</exception>
    public ImpairedBridge(ILinkDevice first, ILinkDevice second, ImpairedBridgeOptions options)
    {
        ThrowIfUnfit(first.Info, second.Info);
        _first = first;
        _second = second;
        _forward = new BridgeDirection(first, second, options.Forward, options.Seed, options.MaximumBytesUnderWay);
        _backward = new BridgeDirection(second, first, options.Backward, ~options.Seed, options.MaximumBytesUnderWay);
        _threads = [Start(_forward, first), Start(_backward, second)];
    }

    /// <summary>Frames from the first device to the second. Any thread.</summary>
    public ImpairedBridgeStatistics Forward => _forward.Statistics;

    /// <summary>Frames from the second device to the first. Any thread.</summary>
    public ImpairedBridgeStatistics Backward => _backward.Statistics;

    /// <summary>Ends, with the device in question, when one of the two is gone and what it delivered before has gone on. The other direction goes on.</summary>
    public Task<ILinkDevice> DeviceGone => _deviceGone.Task;

    /// <summary>Disposes the devices. What is under way is lost.</summary>
    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _forward.Wake();
        _backward.Wake();
        foreach (Thread thread in _threads) thread.Join();

        // The devices give back the frames of ours that they hold; only then may their memory go.
        _first.Dispose();
        _second.Dispose();
        _forward.Dispose();
        _backward.Dispose();
    }

    private static Instant Now => Instant.Origin + Stopwatch.GetElapsedTime(0);

    private static void ThrowIfUnfit(LinkDeviceInfo first, LinkDeviceInfo second)
    {
        if (first.Medium != second.Medium)
            throw new DeviceException(second.Name, 0, $"cannot be joined with {first.Name}: one has Ethernet frames, the other bare IP packets; give two of a kind.");
        if (first.MaximumTransmissionUnit != second.MaximumTransmissionUnit)
        {
            throw new DeviceException(
                second.Name, 0, $"has an MTU of {second.MaximumTransmissionUnit}, but {first.Name} of {first.MaximumTransmissionUnit}: give both the same.");
        }
    }

    private Thread Start(BridgeDirection direction, ILinkDevice source)
    {
        Thread thread = new(() => Run(direction, source)) { IsBackground = true, Name = $"bridge from {source.Info.Name}" };
        thread.Start();
        return thread;
    }

    private void Run(BridgeDirection direction, ILinkDevice source)
    {
        while (!_closed && !direction.HasEnded)
            if (!direction.TakeTurn(Now) && !_closed && !direction.HasEnded) direction.Wait(Now);
        if (direction.HasEnded) _deviceGone.TrySetResult(source);
    }
}
