using BenchmarkDotNet.Attributes;
using StackSharp.Stack.Time;

namespace StackSharp.Benchmarks;

/// <summary>A retransmission timer's life, among the timers of other connections.</summary>
public class TimerWheelBenchmarks
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Tick = new((1 << 16) / 100 + 1);   // A tick of the wheel is 2^16 ns, a TimeSpan's 100 ns.
    private readonly Counter _counter = new();
    private TimerWheel _wheel = new();
    private Instant _now;
    private int _handle;

    /// <summary>Other timers, due from a second to a day after the start, and never reached.</summary>
    [Params(10, 10_000, 200_000)]
    public int Others { get; set; }

    [GlobalSetup]
    public void Register()
    {
        SeededRandomSource random = new(1);
        _wheel = new TimerWheel(Others + 1);
        _now = Instant.Origin;
        for (int i = 0; i < Others; i++) _wheel.Schedule(_wheel.Register(_counter), _now + random.Between(TimeSpan.FromHours(12), TimeSpan.FromDays(1)));
        _handle = _wheel.Register(_counter);
        _wheel.Schedule(_handle, _now + Delay);
    }

    [Benchmark]
    public long ArmAndCancel()
    {
        _wheel.Schedule(_handle, _now + Delay);
        _wheel.Cancel(_handle);
        return Delay.Ticks;
    }

    /// <summary>As each acknowledgment does: the deadline moves on.</summary>
    [Benchmark]
    public long Rearm()
    {
        _now += Tick;
        _wheel.Schedule(_handle, _now + Delay);
        return _now.Nanoseconds;
    }

    /// <summary>Arms it for the next tick, and lets that come.</summary>
    [Benchmark]
    public long ArmAndFire()
    {
        _now += Tick;
        _wheel.Schedule(_handle, _now);
        _now += Tick;
        _wheel.Advance(_now);
        return _counter.Fired;
    }

    private sealed class Counter : ITimerOwner
    {
        public long Fired { get; private set; }

        public void OnTimer(int handle, Instant now) => Fired++;
    }
}
