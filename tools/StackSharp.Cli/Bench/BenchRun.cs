using System.Threading.Tasks;
using StackSharp.Cli.Output;
using StackSharp.Cli.Tracing;
using StackSharp.Stack.Transport.Tcp.Tracing;

namespace StackSharp.Cli.Bench;

/// <summary>Measures every work on every link, round by round, so that a machine that changes its mind does so for all of them.</summary>
internal sealed class BenchRun
{
    private readonly BenchPlan _plan;
    private readonly List<BenchLink> _links = [];
    private readonly List<BenchLinkReport> _reports = [];
    private readonly Dictionary<(BenchWork Work, string Link), List<double>> _rates = [];
    private readonly Dictionary<(BenchWork Work, string Link), string> _failures = [];

    private BenchRun(BenchPlan plan) => _plan = plan;

    /// <param name="progress">Told before each measurement: its number, from 0, of how many.</param>
    /// <exception cref="OperationCanceledException">Everything that was set up has been taken down.</exception>
    /// <exception cref="System.IO.IOException">The trace cannot be written.</exception>
    public static async Task<BenchReport> ExecuteAsync(BenchPlan plan, Action<int, int> progress, CancellationToken cancellationToken)
    {
        BenchRun run = new(plan);
        TraceFile? trace = plan.Trace is null ? null : TraceFile.Create(plan.Trace);
        try
        {
            foreach (string name in plan.Links) await run.OpenAsync(name, trace?.Sink, cancellationToken);
            run.MeasureAll(progress, cancellationToken);
        }
        finally
        {
            foreach (BenchLink link in run._links) await link.DisposeAsync();
            if (trace is not null) await trace.DisposeAsync();
        }
        return BenchReport.Create(plan, run._reports, [.. plan.Works.SelectMany(work => plan.Links.Select(link => run.Row(work, link)))]);
    }

    private async Task OpenAsync(string name, ITcpEventSink? events, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            BenchLink link = await BenchLink.OpenAsync(name, _plan.Style, events);
            _links.Add(link);
            _reports.Add(new BenchLinkReport(name, link.Description, null));
        }
        catch (Exception failure) when (FailureText.Describe(failure, cancellationToken) is { } text)
        {
            _reports.Add(new BenchLinkReport(name, "", text));
        }
    }

    private void MeasureAll(Action<int, int> progress, CancellationToken cancellationToken)
    {
        int total = _plan.Rounds * _plan.Works.Count * _links.Count;
        int number = 0;
        for (int round = 0; round < _plan.Rounds; round++)
        {
            foreach (BenchWork work in _plan.Works)
            {
                // Another one begins each time: who comes first finds the machine rested.
                for (int i = 0; i < _links.Count; i++)
                {
                    progress(number++, total);
                    Measure(work, _links[(round + i) % _links.Count], cancellationToken);
                }
            }
        }
    }

    private void Measure(BenchWork work, BenchLink link, CancellationToken cancellationToken)
    {
        (BenchWork Work, string Link) key = (work, link.Name);
        if (_failures.ContainsKey(key)) return;
        try
        {
            double rate = LoadRun.Measure(link.Load, work, _plan.WarmUp, _plan.Length, cancellationToken);
            if (!_rates.TryGetValue(key, out List<double>? rates)) _rates.Add(key, rates = []);
            rates.Add(rate);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && FailureText.Describe(failure, cancellationToken) is { } text)
        {
            _failures.Add(key, text);
        }
    }

    private BenchRow Row(BenchWork work, string link)
    {
        List<double> rates = RatesOf(work, link);
        double? ratio = link == BenchLink.Kernel ? null : Median.OfRatios(rates, RatesOf(work, BenchLink.Kernel));
        string? failure = _failures.GetValueOrDefault((work, link)) ?? _reports.First(report => report.Link == link).Skipped;
        return new BenchRow(work.Name, work.Title, link, work.Unit, rates, Median.Of(rates), ratio, failure);
    }

    private List<double> RatesOf(BenchWork work, string link) => _rates.GetValueOrDefault((work, link)) ?? [];
}
