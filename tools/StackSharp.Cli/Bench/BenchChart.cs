using System.Globalization;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace StackSharp.Cli.Bench;

/// <summary>The medians as bars, in SVG: throughput above, transactions below, each half with a scale of its own; a colour for each link, whose name stands at the bar.</summary>
internal static class BenchChart
{
    private const double Width = 900;
    private const double FixedHeight = 110;
    private const double Margin = 16;
    private const double WidthOfTitles = 250;   // Given, since what shows the picture may have a wider font than was reckoned with.
    private const double BarHeight = 17;
    private const double GapBetweenHalves = 0.06;
    private const double RoomForText = 1.5;   // Behind the longest bar.
    private const double TextOffset = 5;
    private const string Bulk = "bulk";
    private const string Transactions = "transactions";
    private static readonly OxyColor[] Colors = [OxyColor.FromRgb(0x1f, 0x77, 0xb4), OxyColor.FromRgb(0x2c, 0xa0, 0x2c), OxyColor.FromRgb(0x94, 0x67, 0xbd), OxyColor.FromRgb(0x8c, 0x8c, 0x8c)];

    public static string Draw(BenchReport report)
    {
        PlotModel model = new()
        {
            Title = string.Create(CultureInfo.InvariantCulture, $"StackSharp: medians of {report.Rounds} rounds of {report.Seconds:0.###} s, completions {report.Completions}, {report.Processors} processors; x: times the kernel"),
            TitleFontSize = 13,
            TitleHorizontalAlignment = TitleHorizontalAlignment.CenteredWithinView,
            DefaultFont = "Arial, Helvetica, Liberation Sans, sans-serif",
            Background = OxyColors.White,
            Padding = new OxyThickness(Margin),
            PlotMargins = new OxyThickness(WidthOfTitles, Margin, 0, 0),
            PlotAreaBorderThickness = new OxyThickness(0),
        };
        BenchRow[] bulk = [.. report.Rows.Where(row => row.Unit == BenchWork.BitsPerSecond)];
        BenchRow[] transactions = [.. report.Rows.Except(bulk)];
        double split = (double)bulk.Length / report.Rows.Count;
        double gap = bulk.Length > 0 && transactions.Length > 0 ? GapBetweenHalves / 2 : 0;
        if (bulk.Length > 0) AddHalf(model, report, bulk, Bulk, 1, 1 - split + gap);
        if (transactions.Length > 0) AddHalf(model, report, transactions, Transactions, 1 - split - gap, 0);
        SvgExporter exporter = new() { Width = Width, Height = FixedHeight + (report.Rows.Count * BarHeight), UseVerticalTextAlignmentWorkaround = true };
        return exporter.ExportToString(model);
    }

    /// <param name="top">Of the plot's height, from 1 at its upper edge; categories run down from there to <paramref name="bottom"/>.</param>
    private static void AddHalf(PlotModel model, BenchReport report, BenchRow[] rows, string key, double top, double bottom)
    {
        CategoryAxis works = new() { Position = AxisPosition.Left, Key = key, StartPosition = top, EndPosition = bottom, GapWidth = 0.3, TickStyle = TickStyle.None };
        works.Labels.AddRange(rows.Select(row => row.Title).Distinct());
        double longest = rows.Max(row => row.Median ?? 0);
        LinearAxis rates = new() { Position = AxisPosition.Bottom, Key = $"{key} rates", Minimum = 0, Maximum = longest > 0 ? longest * RoomForText : 1, IsAxisVisible = false };
        model.Axes.Add(works);
        model.Axes.Add(rates);
        int links = report.Links.Count;
        for (int link = 0; link < links; link++)
        {
            BarSeries bars = new()
            {
                FillColor = Colors[link % Colors.Length],
                XAxisKey = rates.Key,
                YAxisKey = works.Key,
            };
            foreach (BenchRow row in rows.Where(row => row.Link == report.Links[link].Link))
            {
                int category = works.Labels.IndexOf(row.Title);
                bars.Items.Add(new BarItem(row.Median ?? 0, category));
                model.Annotations.Add(Label(row, works, rates, category, link, links));
            }
            model.Series.Add(bars);
        }
    }

    // The series share a category's height but for the gap; bars of the first one lie on top.
    private static TextAnnotation Label(BenchRow row, CategoryAxis works, LinearAxis rates, int category, int link, int links)
    {
        double share = 1 / (1 + works.GapWidth);
        return new TextAnnotation
        {
            Text = Text(row),
            Offset = new ScreenVector(TextOffset, 0),
            TextPosition = new DataPoint(row.Median ?? 0, category - (share / 2) + ((link + 0.5) * share / links)),
            TextHorizontalAlignment = HorizontalAlignment.Left,
            TextVerticalAlignment = VerticalAlignment.Middle,
            StrokeThickness = 0,
            FontSize = 10,
            XAxisKey = rates.Key,
            YAxisKey = works.Key,
        };
    }

    private static string Text(BenchRow row)
    {
        if (row.Median is not { } median) return $"{row.Link}: skipped";
        string figure = $"{row.Link}: {BenchTable.Text(median, row.Unit)}";
        return row.RatioToKernel is { } ratio ? $"{figure}, {BenchTable.Ratio(ratio)}x" : figure;
    }
}
