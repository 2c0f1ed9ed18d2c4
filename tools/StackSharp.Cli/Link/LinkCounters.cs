using System.Globalization;
using Spectre.Console;
using StackSharp.Cli.Output;
using StackSharp.Drivers.Wrappers;

namespace StackSharp.Cli.Link;

/// <summary>What passes a link, for people: a table, or a line.</summary>
internal static class LinkCounters
{
    private static readonly (string Name, Func<ImpairedBridgeStatistics, long> Value)[] Counters =
    [
        ("queue full", statistics => statistics.Impairments.QueueDrops),
        ("lost", statistics => statistics.Impairments.Lost),
        ("lost in bursts", statistics => statistics.Impairments.LostInBursts),
        ("reordered", statistics => statistics.Impairments.Reordered),
        ("duplicated", statistics => statistics.Impairments.Duplicated),
        ("corrupted", statistics => statistics.Impairments.Corrupted),
        ("marked", statistics => statistics.Impairments.Marked),
        ("dropped by devices", statistics => statistics.Drops),
    ];

    /// <param name="before">The report before, for the rates; null: rates are those of the whole time.</param>
    public static Table Draw(LinkReport now, LinkReport? before)
    {
        Table table = new() { Border = TableBorder.Rounded };
        table.AddColumn(Text($"{now.Seconds:0.0} s"));
        table.AddColumn(new TableColumn(Markup.Escape($"{now.A} to {now.B}")).RightAligned());
        table.AddColumn(new TableColumn(Markup.Escape($"{now.B} to {now.A}")).RightAligned());
        double seconds = now.Seconds - (before?.Seconds ?? 0);
        table.AddRow("rate", Rate(now.AToB, before?.AToB, seconds), Rate(now.BToA, before?.BToA, seconds));
        table.AddRow("frames in", Text($"{now.AToB.FramesReceived:N0}"), Text($"{now.BToA.FramesReceived:N0}"));
        table.AddRow("frames out", Text($"{now.AToB.FramesSent:N0}"), Text($"{now.BToA.FramesSent:N0}"));
        table.AddRow("under way", Text($"{now.AToB.FramesUnderWay:N0}"), Text($"{now.BToA.FramesUnderWay:N0}"));
        foreach ((string name, Func<ImpairedBridgeStatistics, long> value) in Counters)
            table.AddRow(name, Text($"{value(now.AToB):N0}"), Text($"{value(now.BToA):N0}"));
        return table;
    }

    /// <summary>One line; counters that are zero are left out.</summary>
    public static string Describe(LinkReport now, LinkReport? before)
    {
        double seconds = now.Seconds - (before?.Seconds ?? 0);
        return Text($"{now.Seconds,6:0.0} s  a to b: {Direction(now.AToB, before?.AToB, seconds)}  b to a: {Direction(now.BToA, before?.BToA, seconds)}");
    }

    private static string Direction(in ImpairedBridgeStatistics now, ImpairedBridgeStatistics? before, double seconds)
    {
        string text = $"{Rate(now, before, seconds)}, {now.FramesSent} frames";
        foreach ((string name, Func<ImpairedBridgeStatistics, long> value) in Counters)
            if (value(now) > 0) text += Text($", {value(now)} {name}");
        return text;
    }

    private static string Rate(in ImpairedBridgeStatistics now, ImpairedBridgeStatistics? before, double seconds) =>
        ByteText.Rate(seconds <= 0 ? 0 : (now.OctetsSent - (before?.OctetsSent ?? 0)) * 8 / seconds);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
