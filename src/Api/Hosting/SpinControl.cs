namespace StackSharp.Hosting;

/// <summary>Decides whether looking for frames instead of sleeping pays: it does while frames come in quick succession and a core is free.</summary>
internal struct SpinControl(TimeSpan limit)
{
    // Missing a few times in a row means that traffic has paused or become slow.
    private const int MissesAllowed = 4;
    private const int ShortSleepsNeeded = 2;

    // One look is well under a microsecond. A gap like this means that another thread was given the core.
    private const long PreemptionNanoseconds = 200_000;
    private const long BusyPauseNanoseconds = 20_000_000;

    private int _misses = MissesAllowed;
    private int _shortSleeps;
    private long _pausedUntil;

    public readonly long LimitNanoseconds { get; } = limit.Ticks * 100;

    public readonly bool IsWorthwhile => LimitNanoseconds > 0 && _misses < MissesAllowed;

    public void OnFound() => _misses = 0;

    public void OnFoundNothing() => _misses++;

    /// <returns>True: the machine is busy; stop looking.</returns>
    public bool OnLooked(long now, long sinceLastLook)
    {
        if (sinceLastLook < PreemptionNanoseconds) return false;
        _misses = MissesAllowed;
        _pausedUntil = now + BusyPauseNanoseconds;
        return true;
    }

    /// <summary>A sleep so short that looking would have met what ended it makes looking worthwhile again.</summary>
    public void OnSlept(long nanoseconds)
    {
        if (nanoseconds >= LimitNanoseconds)
        {
            _shortSleeps = 0;
            return;
        }
        if (++_shortSleeps < ShortSleepsNeeded || HostClock.Now.Nanoseconds < _pausedUntil) return;
        _shortSleeps = 0;
        _misses = 0;
    }
}
