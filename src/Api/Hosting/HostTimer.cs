using StackSharp.Stack.Time;

namespace StackSharp.Hosting;

/// <summary>The timekeeper of a host without devices. Its thread starts with the first deadline.</summary>
internal sealed class HostTimer(StackHost host) : Timekeeper, IDisposable
{
    private readonly AutoResetEvent _wake = new(initialState: false);
    private volatile bool _stopping;
    private Thread? _thread;

    public bool IsRunning => _thread is { IsAlive: true };

    public void Start()
    {
        if (_thread is not null) return;
        _thread = new Thread(Run) { IsBackground = true, Name = "StackSharp timer" };
        _thread.Start();
    }

    public override void Wake() => _wake.Set();

    /// <returns>False: the thread did not end in time.</returns>
    public bool Stop(TimeSpan timeout)
    {
        _stopping = true;
        _wake.Set();
        return _thread is null || _thread.Join(timeout);
    }

    /// <summary>After <see cref="Stop"/>.</summary>
    public void Dispose() => _wake.Dispose();

    private void Run()
    {
        StackHost.InlineRunner runner = new(host);
        runner.Adopt();
        while (!_stopping)
        {
            Instant until = host.PrepareSleep(this, null);
            runner.RunAll();
            TimeSpan timeout = AttachedDevice.TimeoutUntil(until);
            if (timeout != TimeSpan.Zero) _wake.WaitOne(timeout);
        }
    }
}
