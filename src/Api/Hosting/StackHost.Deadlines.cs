using StackSharp.Stack.Time;

namespace StackSharp.Hosting;

/// <content>Who sleeps until the next deadline, and how it hears that the deadline has come closer.</content>
public sealed partial class StackHost
{
    private readonly HostTimer _timer;
    private Timekeeper? _timekeeper;

    // The moment that the sleeping timekeeper waits for; MinValue while it is awake and will look by itself.
    private long _sleepsUntil = long.MinValue;

    /// <summary>Runs what is due, and says until when the calling thread may sleep. What completed is dispatched by leaving.</summary>
    /// <param name="sleeper">The calling thread.</param>
    /// <param name="refill">Called under the lock.</param>
    /// <returns>Never, unless the caller is the timekeeper; the past when there is something to do before sleeping.</returns>
    internal Instant PrepareSleep(Timekeeper sleeper, AttachedDevice? refill)
    {
        Instant until = Instant.Never;
        using (Entry entered = EnterAnyway())
        {
            if (_disposing) return Instant.Never;
            refill?.Refill();
            Settle(entered.Now);
            if (_timekeeper == sleeper)
            {
                until = _stack.NextDeadline;
                // With completions to run first, it does not sleep yet: what they do must not wake anybody.
                _sleepsUntil = _completions.IsEmpty ? until.Nanoseconds : long.MinValue;
            }
            if (!_completions.IsEmpty) until = Instant.Origin;
        }
        return until;
    }

    /// <summary>The timekeeper, if it sleeps past the next deadline. Under the lock.</summary>
    private Timekeeper? BroughtForward()
    {
        if (_disposing) return null;
        long next = _stack.NextDeadline.Nanoseconds;
        if (_timekeeper is null)
        {
            if (next == long.MaxValue) return null;
            ChooseTimekeeper();
            return null;
        }
        if (next >= _sleepsUntil) return null;
        _sleepsUntil = long.MinValue;
        return _timekeeper;
    }

    /// <summary>Makes a device's receive thread the timekeeper, or the timer thread while there is none. Under the lock.</summary>
    internal void ChooseTimekeeper()
    {
        AttachedDevice? device = _devices.FirstOrDefault(candidate => !candidate.IsGone);
        Timekeeper chosen = device is not null ? device : _timer;
        if (chosen == _timekeeper) return;
        Timekeeper? former = _timekeeper;
        _timekeeper = chosen;
        _sleepsUntil = long.MinValue;
        if (chosen == _timer) _timer.Start();
        // Both look at the clock anew: one to take over, one to sleep without a deadline. Rare, so the system call may be made here.
        chosen.Wake();
        former?.Wake();
    }
}
