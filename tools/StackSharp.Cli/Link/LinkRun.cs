using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Spectre.Console;
using StackSharp.Cli.Output;
using StackSharp.Drivers.Wrappers;
using StackSharp.Stack.Link;

namespace StackSharp.Cli.Link;

/// <summary>Keeps a link open until it is told to end, time is up, or a device is gone, and shows what passes.</summary>
internal sealed class LinkRun(LinkPlan plan)
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TableInterval = TimeSpan.FromMilliseconds(250);
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>As a table that is drawn again and again, on a terminal.</summary>
    public async Task<LinkReport> ShowTableAsync(ImpairedBridge bridge, IAnsiConsole console, CancellationToken cancellationToken)
    {
        LinkReport last = Look(bridge);
        await console.Live(LinkCounters.Draw(last, null)).StartAsync(async display =>
        {
            while (await PauseAsync(bridge, TableInterval, cancellationToken))
            {
                LinkReport now = Look(bridge);
                display.UpdateTarget(LinkCounters.Draw(now, last));
                display.Refresh();
                last = now;
            }
        });
        return Look(bridge);
    }

    /// <summary>As a line a second, where nobody draws tables.</summary>
    public async Task<LinkReport> PrintLinesAsync(ImpairedBridge bridge, TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync("ready");
        LinkReport last = Look(bridge);
        while (await PauseAsync(bridge, LineInterval, cancellationToken))
        {
            LinkReport now = Look(bridge);
            await output.WriteLineAsync(LinkCounters.Describe(now, last));
            last = now;
        }

        return Look(bridge);
    }

    private LinkReport Look(ImpairedBridge bridge) => new(
        plan.A.Device, plan.B.Device, plan.Impairments.Seed, Stopwatch.GetElapsedTime(_started).TotalSeconds, bridge.Forward, bridge.Backward);

    /// <returns>False: that is the end.</returns>
    /// <exception cref="CommandFailure">A device is gone.</exception>
    private async Task<bool> PauseAsync(ImpairedBridge bridge, TimeSpan interval, CancellationToken cancellationToken)
    {
        TimeSpan left = plan.Time is { } time ? time - Stopwatch.GetElapsedTime(_started) : interval;
        if (left <= TimeSpan.Zero || cancellationToken.IsCancellationRequested) return false;
        Task pause = Task.Delay(left < interval ? left : interval, cancellationToken);
        if (await Task.WhenAny(pause, bridge.DeviceGone) != pause)
        {
            ILinkDevice gone = await bridge.DeviceGone;
            throw new CommandFailure($"{gone.Info.Name} is gone: the interface was deleted, or moved to another namespace");
        }

        return !pause.IsCanceled;
    }
}
