using System.Diagnostics;
using System.Threading.Tasks;
using StackSharp.Hosting;
using StackSharp.Stack.Transport.Tcp;

namespace StackSharp.Cli.Demo;

/// <summary>One look at the sending connection.</summary>
internal readonly record struct WindowSample(TimeSpan Time, TcpInfo Info);

/// <summary>Watches the connection that has sent the most, every few milliseconds, until it is stopped.</summary>
internal sealed class WindowSampler : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private readonly StackHost _host;
    private readonly PeriodicTimer _timer = new(Interval);
    private readonly List<WindowSample> _samples = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Task _running;

    public WindowSampler(StackHost host)
    {
        _host = host;
        _running = RunAsync();
    }

    /// <summary>The samples, complete once this has been disposed of.</summary>
    public IReadOnlyList<WindowSample> Samples => _samples;

    /// <summary>Takes a last sample and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _running;
    }

    private async Task RunAsync()
    {
        do Take();
        while (await _timer.WaitForNextTickAsync());
        Take();
    }

    private void Take()
    {
        using StackHost.Entry entered = _host.Enter();
        TcpInfo busiest = default;
        foreach (TcpConnection connection in entered.Stack.Tcp.Connections)
        {
            TcpInfo info = connection.GetInfo(entered.Now);
            if (info.BytesSent > busiest.BytesSent) busiest = info;
        }

        if (busiest.BytesSent > 0) _samples.Add(new WindowSample(Stopwatch.GetElapsedTime(_started), busiest));
    }
}
