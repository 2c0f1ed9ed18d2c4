using System.Globalization;
using Spectre.Console;
using StackSharp.Cli.Output;

namespace StackSharp.Cli.Bench;

/// <summary>The report for people.</summary>
internal static class BenchTable
{
    /// <summary>A figure with its unit, for tables and charts.</summary>
    public static string Text(double rate, string unit) =>
        unit == BenchWork.BitsPerSecond ? ByteText.Rate(rate) : string.Create(CultureInfo.InvariantCulture, $"{rate:N0} /s");

    public static string Ratio(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00}");

    public static void Print(BenchReport report, IAnsiConsole console)
    {
        Table table = new() { Border = TableBorder.Rounded };
        table.AddColumn("Work");
        foreach (BenchLinkReport link in report.Links) table.AddColumn(new TableColumn(Markup.Escape(link.Link)).RightAligned());
        foreach (IGrouping<string, BenchRow> work in report.Rows.GroupBy(row => row.Title))
            table.AddRow([Markup.Escape(work.Key), .. work.Select(row => Markup.Escape(Cell(row)))]);
        console.Write(table);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Medians of {report.Rounds} rounds of {report.Seconds:0.###} s; x: the ratio to kernel in the same round. Completions: {report.Completions}. {report.Processors} processors, {report.Runtime}, {report.System}."));
        foreach (BenchLinkReport link in report.Links) console.WriteLine($"{link.Link}: {(link.Skipped is null ? link.Description : $"skipped: {link.Skipped}")}");
        foreach (BenchRow row in report.Rows.Where(row => row.Failure is not null && report.Links.Any(link => link.Link == row.Link && link.Skipped is null)))
            console.WriteLine($"{row.Work} on {row.Link}: {row.Failure}");
    }

    private static string Cell(BenchRow row) => row switch
    {
        { Median: null, Rates.Count: 0, Failure: null } => "-",
        { Median: null } => "skipped",
        { RatioToKernel: { } ratio } => $"{Text(row.Median.Value, row.Unit)}  {Ratio(ratio)}x",
        _ => Text(row.Median.Value, row.Unit),
    };
}
