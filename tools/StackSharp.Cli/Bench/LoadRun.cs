using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;

namespace StackSharp.Cli.Bench;

/// <summary>Does one work on one link for a while: a thread with blocking calls for each connection, the same for every link.</summary>
internal sealed class LoadRun : IDisposable
{
    /// <summary>How long a call may take before the link counts as broken.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer to a datagram may take before it counts as lost.</summary>
    public static readonly TimeSpan DatagramPatience = TimeSpan.FromMilliseconds(200);

    private const int CounterStride = 16;   // Longs: two cache lines, so that threads do not share one.
    private readonly long[] _counters;
    private readonly CountdownEvent _open;
    private readonly ILoadNetwork _network;
    private readonly BenchWork _work;
    private readonly ManualResetEvent _failed = new(false);
    private volatile Exception? _failure;
    private volatile bool _isEnding;

    private LoadRun(ILoadNetwork network, BenchWork work)
    {
        _network = network;
        _work = work;
        _counters = new long[(work.Connections + 1) * CounterStride];
        _open = new CountdownEvent(work.Connections);
    }

    /// <summary>True once the time is up: connections finish what is under way.</summary>
    public bool IsEnding => _isEnding;

    /// <param name="warmUp">Time that does not count, once all connections have moved something.</param>
    /// <param name="length">Time that counts.</param>
    /// <returns>Bits or transactions per second: see <see cref="BenchWork.Unit"/>.</returns>
    /// <exception cref="SocketException">The link does not carry the work.</exception>
    public static double Measure(ILoadNetwork network, BenchWork work, TimeSpan warmUp, TimeSpan length, CancellationToken cancellationToken)
    {
        using LoadRun run = new(network, work);
        Thread[] threads = new Thread[work.Connections];
        LoadConnection[] connections = new LoadConnection[work.Connections];
        for (int i = 0; i < threads.Length; i++)
        {
            LoadConnection connection = connections[i] = new LoadConnection(run, network, i);
            threads[i] = new Thread(() => run.Serve(connection)) { IsBackground = true, Name = $"load {work.Name} {i}" };
            threads[i].Start();
        }
        double rate;
        try
        {
            rate = run.Watch(warmUp, length, cancellationToken);
        }
        finally
        {
            run._isEnding = true;
            // Calls may take as long as patience lasts: whoever gave up does not wait for them.
            if (cancellationToken.IsCancellationRequested) foreach (LoadConnection connection in connections) connection.Abort();
            foreach (Thread thread in threads) thread.Join();
        }
        if (run._failure is { } failure) ExceptionDispatchInfo.Throw(failure);
        return work.IsBulk ? rate * 8 : rate;
    }

    public void Dispose()
    {
        _open.Dispose();
        _failed.Dispose();
    }

    /// <summary>Counts octets or transactions of one connection.</summary>
    public void Count(int connection, long amount)
    {
        ref long counter = ref _counters[(connection + 1) * CounterStride];
        Volatile.Write(ref counter, counter + amount);
    }

    /// <summary>The connection works: when all do, the clock starts.</summary>
    public void SignalOpen() => _open.Signal();

    // Where the time was too short for one step it goes on until there is one: slow is not nothing.
    private double Watch(TimeSpan warmUp, TimeSpan length, CancellationToken cancellationToken)
    {
        _open.Wait(cancellationToken);
        Pause(warmUp, cancellationToken);
        long before = Sum();
        long start = Stopwatch.GetTimestamp();
        long counted;
        TimeSpan elapsed;
        do
        {
            Pause(length, cancellationToken);
            elapsed = Stopwatch.GetElapsedTime(start);
            counted = Sum() - before;
        }
        while (counted == 0 && elapsed < length + Patience && _failure is null);
        if (counted == 0 && _failure is null) throw new SocketException((int)SocketError.TimedOut);
        return counted / elapsed.TotalSeconds;
    }

    // A failure ends the wait: there is nothing left to measure.
    private void Pause(TimeSpan time, CancellationToken cancellationToken)
    {
        WaitHandle.WaitAny([cancellationToken.WaitHandle, _failed], time);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private long Sum()
    {
        long sum = 0;
        for (int i = CounterStride; i < _counters.Length; i += CounterStride) sum += Volatile.Read(ref _counters[i]);
        return sum;
    }

    private void Serve(LoadConnection load)
    {
        try
        {
            _network.EnterThread();
            load.Run(_work.Kind);
        }
        catch (Exception failure)
        {
            // The first one is the cause: the measuring thread throws it.
            Interlocked.CompareExchange(ref _failure, failure, null);
            _failed.Set();
        }
        finally
        {
            if (!load.IsOpen) SignalOpen();
        }
    }
}
