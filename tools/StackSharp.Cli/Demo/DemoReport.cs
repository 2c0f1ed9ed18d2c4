using System.Globalization;
using System.Text.Json.Serialization;
using Spectre.Console;
using StackSharp.Cli.Output;
using StackSharp.Stack.Transport.Tcp;

namespace StackSharp.Cli.Demo;

/// <summary>What the demo found; times in milliseconds.</summary>
internal sealed record DemoReport(
    long Octets, double Seconds, double GoodputBitsPerSecond, bool ContentIntact, string Sha256,
    double LinkRoundTrip, double LossPercent, double SmoothedRoundTrip, double MinimumRoundTrip,
    long SegmentsSent, long SegmentsRetransmitted, int FastRecoveries, int Timeouts, string CongestionControl, string Capture)
{
    private const int PlotColumns = 64;
    private const int PlotRows = 8;

    public static DemoReport Create(DemoPlan plan, double seconds, bool intact, byte[] sha256, IReadOnlyList<WindowSample> samples)
    {
        TcpInfo last = samples.Count > 0 ? samples[^1].Info : default;
        return new DemoReport(
            plan.Octets, seconds, plan.Octets * 8 / seconds, intact, Convert.ToHexStringLower(sha256),
            plan.RoundTripTime.TotalMilliseconds, plan.LossPercent,
            last.SmoothedRoundTripTime.TotalMilliseconds, last.MinimumRoundTripTime.TotalMilliseconds,
            last.SegmentsSent, last.SegmentsRetransmitted, last.FastRecoveries, last.Timeouts, last.CongestionControl ?? "", plan.Capture);
    }

    public void Print(IAnsiConsole console, IReadOnlyList<WindowSample> samples)
    {
        Table table = new() { Border = TableBorder.Rounded, ShowHeaders = false };
        table.AddColumns("", "");
        Row("Moved", $"{ByteText.Size(Octets)} in {Seconds:0.00} s over a link of {LinkRoundTrip:0.###} ms and {LossPercent:0.###} % loss each way");
        RowText("Goodput", ByteText.Rate(GoodputBitsPerSecond));
        RowText("Content", ContentIntact ? $"intact, SHA-256 {Sha256[..16]}..." : "DAMAGED");
        Row("Round trip", $"{SmoothedRoundTrip:0.00} ms smoothed, {MinimumRoundTrip:0.00} ms least");
        Row("Segments", $"{SegmentsSent:N0} sent, {SegmentsRetransmitted:N0} of them again ({Share:0.00} %)");
        Row("Loss recovery", $"{FastRecoveries:N0} fast recoveries, {Timeouts:N0} timeouts, congestion control {CongestionControl}");
        RowText("Recording", Capture);
        console.Write(table);
        PrintWindow(console, samples);

        void Row(string name, FormattableString value) => RowText(name, value.ToString(CultureInfo.InvariantCulture));
        void RowText(string name, string value) => table.AddRow(Markup.Escape(name), Markup.Escape(value));
    }

    private double Share => SegmentsSent == 0 ? 0 : 100.0 * SegmentsRetransmitted / SegmentsSent;

    private static void PrintWindow(IAnsiConsole console, IReadOnlyList<WindowSample> samples)
    {
        if (samples.Count < 2) return;
        TimeSpan start = samples[0].Time;
        TimeSpan end = samples[^1].Time - start;
        List<(TimeSpan Time, double Value)> windows = [.. samples.Select(sample => (sample.Time - start, (double)sample.Info.CongestionWindow))];
        double top = windows.Max(sample => sample.Value);
        IReadOnlyList<string> lines = BraillePlot.Draw(BraillePlot.Columns(windows, end, PlotColumns), top, PlotRows);
        console.WriteLine("Congestion window of the sender");
        for (int row = 0; row < lines.Count; row++)
        {
            string label = row == 0 ? ByteText.Size(top) : row == lines.Count - 1 ? "0" : "";
            console.WriteLine($"{label,10} ┤{lines[row]}");
        }

        string finish = string.Create(CultureInfo.InvariantCulture, $"{end.TotalSeconds:0.0} s");
        console.WriteLine($"{"",10}  0 s{finish,PlotColumns - 3}");
    }
}

[JsonSerializable(typeof(DemoReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class DemoJson : JsonSerializerContext;
