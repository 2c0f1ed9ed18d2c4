using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Time;
using Xunit;

namespace StackSharp.Tests.Stack.Time;

public sealed class TimerWheelTests
{
    private const long TickNanoseconds = 1 << 16;

    [Fact]
    public void A_timer_fires_once_at_or_after_its_deadline_and_within_a_tick()
    {
        TimerWheel wheel = new();
        Recorder recorder = new(wheel);
        int handle = wheel.Register(recorder);
        wheel.Schedule(handle, new Instant(1_000_001));
        wheel.Advance(new Instant(1_000_001));
        Assert.Empty(recorder.Fired);
        Assert.Equal(wheel.NextDeadline, new Instant((1_000_001 / TickNanoseconds + 1) * TickNanoseconds));
        wheel.Advance(wheel.NextDeadline);
        wheel.Advance(new Instant(10_000_000));
        Assert.Equal([handle], recorder.Fired);
        Assert.Equal(Instant.Never, wheel.NextDeadline);
    }

    [Fact]
    public void A_past_deadline_fires_at_the_next_call_and_Never_cancels()
    {
        TimerWheel wheel = new();
        Recorder recorder = new(wheel);
        int handle = wheel.Register(recorder);
        wheel.Advance(Instant.FromMilliseconds(5000));
        wheel.Schedule(handle, Instant.FromMilliseconds(1));
        Assert.True(wheel.NextDeadline <= Instant.FromMilliseconds(5000));
        wheel.Advance(Instant.FromMilliseconds(5000));
        Assert.Equal([handle], recorder.Fired);
        wheel.Schedule(handle, Instant.FromMilliseconds(6000));
        wheel.Schedule(handle, Instant.Never);
        Assert.False(wheel.IsScheduled(handle));
        wheel.Advance(Instant.FromMilliseconds(7000));
        Assert.Single(recorder.Fired);
    }

    [Fact]
    public void A_callback_that_sets_its_own_timer_to_the_past_fires_once_for_each_call()
    {
        TimerWheel wheel = new();
        int fired = 0;
        Callback again = new((handle, _) =>
        {
            fired++;
            wheel.Schedule(handle, Instant.Origin);
        });
        wheel.Schedule(wheel.Register(again), Instant.Origin);
        wheel.Advance(Instant.FromMilliseconds(1000));
        Assert.Equal(1, fired);
        wheel.Advance(Instant.FromMilliseconds(1000));
        Assert.Equal(2, fired);
    }

    [Fact]
    public void A_callback_may_cancel_and_unregister_timers_due_in_the_same_call()
    {
        TimerWheel wheel = new();
        Recorder recorder = new(wheel);
        int victim = 0, cancelled = 0;
        Callback killer = new((_, _) =>
        {
            wheel.Unregister(victim);
            wheel.Cancel(cancelled);
        });
        int first = wheel.Register(killer);
        victim = wheel.Register(recorder);
        cancelled = wheel.Register(recorder);
        int survivor = wheel.Register(recorder);
        foreach (int handle in new[] { first, victim, cancelled, survivor }) wheel.Schedule(handle, Instant.FromMilliseconds(10));
        wheel.Advance(Instant.FromMilliseconds(20));
        Assert.Equal([survivor], recorder.Fired);
        Assert.Equal(3, wheel.Count);
    }

    [Fact]
    public void Scheduling_and_firing_allocate_nothing()
    {
        TimerWheel wheel = new(128);
        Callback nothing = new((_, _) => { });
        int[] handles = [.. Enumerable.Range(0, 100).Select(_ => wheel.Register(nothing))];
        long nanoseconds = 0;
        void Run()
        {
            foreach (int handle in handles) wheel.Schedule(handle, new Instant(nanoseconds + 1_000_000 * (handle + 1)));
            nanoseconds += 50_000_000;
            wheel.Advance(new Instant(nanoseconds));
        }
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Run();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    /// <summary>Any mix of calls fires the same timers in the same order (of ticks) as a sorted list would.</summary>
    [Fact]
    public void Behaves_as_a_sorted_list()
    {
        Gen<(int Kind, int Timer, long Span)> step =
            from kind in Gen.Choose(0, 9)
            from timer in Gen.Choose(0, 19)
            from magnitude in Gen.Choose(0, 50)
            from fraction in Gen.Choose(1, 1000)
            select (kind, timer, (long)((1L << magnitude) * (fraction / 1000.0)));
        Prop.ForAll(step.ListOf().ToArbitrary(), steps => MatchesModel([.. steps])).QuickCheckThrowOnFailure();
        Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(400), step);
    }

    private static void Check(Config config, Gen<(int Kind, int Timer, long Span)> step) =>
        Prop.ForAll(step.ListOf(300).ToArbitrary(), steps => MatchesModel([.. steps])).Check(config);

    private static bool MatchesModel(List<(int Kind, int Timer, long Span)> steps)
    {
        TimerWheel wheel = new(4);
        Recorder recorder = new(wheel);
        int[] handles = [.. Enumerable.Range(0, 20).Select(_ => wheel.Register(recorder))];
        Dictionary<int, long> model = [];
        long now = 0, advancedTo = 0;
        foreach ((int kind, int timer, long span) in steps)
        {
            int handle = handles[timer];
            switch (kind)
            {
                case 0:
                    wheel.Cancel(handle);
                    model.Remove(handle);
                    break;
                case 1:
                    wheel.Unregister(handle);
                    model.Remove(handle);
                    handles[timer] = wheel.Register(recorder);
                    break;
                case <= 5:
                    wheel.Schedule(handle, new Instant(now + span));
                    model[handle] = Math.Max(now + span, 0);
                    break;
                default:
                    now += span >> 4;
                    if (!AdvanceMatches(wheel, recorder, model, advancedTo, now)) return false;
                    advancedTo = now;
                    break;
            }
            if (!NextDeadlineIsInTime(wheel, model)) return false;
        }
        while (wheel.NextDeadline != Instant.Never)
        {
            now = Math.Max(now, wheel.NextDeadline.Nanoseconds);
            if (!AdvanceMatches(wheel, recorder, model, advancedTo, now)) return false;
            advancedTo = now;
        }
        return model.Count == 0;
    }

    private static bool AdvanceMatches(TimerWheel wheel, Recorder recorder, Dictionary<int, long> model, long before, long now)
    {
        recorder.Fired.Clear();
        wheel.Advance(new Instant(now));
        long[] expected = [.. model.Where(entry => RoundUp(entry.Value) <= now).Select(entry => RoundUp(entry.Value)).Order()];
        long[] fired = [.. recorder.Fired.Select(handle => RoundUp(model[handle]))];
        // What was overdue at the call before stands at the front, in no order of its own; the rest comes in the order of its ticks.
        bool same = expected.SequenceEqual(fired.Order());
        long[] timely = [.. fired.Where(tick => tick > before)];
        same &= timely.SequenceEqual(timely.Order()) && fired.AsSpan(fired.Length - timely.Length).SequenceEqual(timely);
        foreach (int handle in recorder.Fired) model.Remove(handle);
        return same && recorder.Fired.Distinct().Count() == fired.Length;
    }

    private static bool NextDeadlineIsInTime(TimerWheel wheel, Dictionary<int, long> model) =>
        model.Count == 0 ? wheel.NextDeadline == Instant.Never : wheel.NextDeadline.Nanoseconds <= model.Values.Min(RoundUp);

    private static long RoundUp(long nanoseconds) => (nanoseconds + TickNanoseconds - 1) / TickNanoseconds * TickNanoseconds;

    private sealed class Recorder(TimerWheel wheel) : ITimerOwner
    {
        public List<int> Fired { get; } = [];

        public void OnTimer(int handle, Instant now)
        {
            Assert.False(wheel.IsScheduled(handle));
            Fired.Add(handle);
        }
    }

    private sealed class Callback(Action<int, Instant> action) : ITimerOwner
    {
        public void OnTimer(int handle, Instant now) => action(handle, now);
    }
}
