namespace StackSharp.Cli.Iperf3;

/// <summary>Notes what each stream did in each interval of a test.</summary>
internal sealed class IntervalRecorder(TestParameters parameters, StreamSet streams, TimeSpan interval, Action<IntervalReport> onInterval)
{
    private readonly List<IntervalReport> _intervals = [];
    private readonly TimeSpan _interval = interval;
    private readonly StreamFigures[] _before = new StreamFigures[streams.Streams.Count];
    private TimeSpan _begun;
    private TimeSpan _zero;
    private bool _omitting = parameters.Omit > 0;

    /// <summary>When the interval that runs ends, from the start of the test.</summary>
    public TimeSpan Next { get; private set; } = interval;

    public IReadOnlyList<IntervalReport> Intervals => _intervals;

    /// <summary>Ends the interval if its time has come.</summary>
    public void Tick(TimeSpan now)
    {
        if (now >= Next) Close(now);
    }

    /// <summary>Ends the interval now, whatever its length.</summary>
    public void Flush() => Close(streams.Elapsed);

    /// <summary>Time and figures count from here; after the streams have forgotten.</summary>
    public void StopOmitting()
    {
        _omitting = false;
        _zero = _begun;
        Array.Clear(_before);
    }

    /// <summary>Notes the rest, if it is long enough to say anything.</summary>
    public void Finish()
    {
        TimeSpan now = streams.Elapsed;
        if (_intervals.Count == 0 || now - _begun > _interval / 10) Close(now);
    }

    private void Close(TimeSpan now)
    {
        double start = (_begun - _zero).TotalSeconds;
        double end = (now - _zero).TotalSeconds;
        List<StreamInterval> entries = [];
        for (int i = 0; i < _before.Length; i++)
        {
            StreamFigures figures = streams.Streams[i].Read();
            entries.Add(StreamInterval.Create(parameters, streams.Streams[i], start, end, figures.Since(_before[i])) with { Omitted = _omitting });
            _before[i] = figures;
        }

        IntervalReport report = new(entries, StreamInterval.Sum(entries));
        _intervals.Add(report);
        onInterval(report);
        _begun = now;
        while (Next <= now) Next += _interval;
    }
}
