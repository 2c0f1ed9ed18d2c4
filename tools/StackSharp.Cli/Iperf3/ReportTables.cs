using System.Globalization;
using Spectre.Console;
using StackSharp.Cli.Output;

namespace StackSharp.Cli.Iperf3;

/// <summary>A report as lines and tables for people.</summary>
internal static class ReportTables
{
    /// <summary>One interval as a line, for while the test runs: of all streams together.</summary>
    public static string Describe(IntervalReport interval)
    {
        StreamInterval sum = interval.Sum;
        string line = string.Create(
            CultureInfo.InvariantCulture, $"{Time(sum.Start, sum.End)}  {ByteText.Size(sum.Bytes),10}  {ByteText.Rate(sum.BitsPerSecond),14}");
        if (sum.Retransmits is long again) line += string.Create(CultureInfo.InvariantCulture, $"  {again} sent again, cwnd {ByteText.Size(interval.Streams.Sum(stream => stream.SndCwnd ?? 0))}");
        if (sum.LostPackets is long lost) line += string.Create(CultureInfo.InvariantCulture, $"  jitter {sum.JitterMs:0.000} ms, {lost}/{sum.Packets} lost");
        else if (sum.Packets is long packets) line += string.Create(CultureInfo.InvariantCulture, $"  {packets} datagrams");
        return sum.Omitted ? line + "  (omitted)" : line;
    }

    public static void Print(IAnsiConsole console, EndReport end)
    {
        bool udp = end.Sum is not null;
        Table table = new() { Border = TableBorder.Minimal };
        foreach (string column in (string[])["Stream", "End", "Time", "Amount", "Rate", .. udp ? (string[])["Jitter", "Lost"] : ["Retrans"]])
            table.AddColumn(new TableColumn(column) { NoWrap = true });
        foreach (StreamEnd stream in end.Streams)
        {
            Row(table, udp, "sender", stream.Sender);
            Row(table, udp, "receiver", stream.Receiver);
        }

        if (end.Streams.Count > 1)
        {
            Row(table, udp, "sender", end.SumSent);
            Row(table, udp, "receiver", end.SumReceived);
        }

        console.Write(table);
    }

    private static void Row(Table table, bool udp, string end, EndFigures figures)
    {
        List<string> cells =
        [
            figures.Socket?.ToString(CultureInfo.InvariantCulture) ?? "sum", end, Time(figures.Start, figures.End),
            ByteText.Size(figures.Bytes), ByteText.Rate(figures.BitsPerSecond),
        ];
        if (udp)
        {
            cells.Add(string.Create(CultureInfo.InvariantCulture, $"{figures.JitterMs:0.000} ms"));
            cells.Add(string.Create(CultureInfo.InvariantCulture, $"{figures.LostPackets}/{figures.Packets} ({figures.LostPercent:0.##} %)"));
        }
        else
        {
            cells.Add(figures.Retransmits?.ToString("N0", CultureInfo.InvariantCulture) ?? "");
        }

        table.AddRow([.. cells.Select(Markup.Escape)]);
    }

    private static string Time(double start, double end) => string.Create(CultureInfo.InvariantCulture, $"{start:0.00}-{end:0.00} s");
}
