using System.Globalization;
using Spectre.Console;
using StackSharp.Cli.Output;

namespace StackSharp.Cli.Control;

/// <summary>A report as tables for people.</summary>
internal static class NetstatTables
{
    public static void Print(IAnsiConsole console, NetstatReport report)
    {
        console.Write(Interfaces(report));
        if (report.Shards.Count > 0) console.Write(Shards(report));
        console.Write(Connections(report));
        if (report.Udp.Count > 0) console.Write(Udp(report));
        console.Write(Counters("Counters", report.Counters));
        if (report.Drops.Count > 0) console.Write(Counters("Drops", report.Drops));
    }

    private static Table Interfaces(NetstatReport report)
    {
        Table table = Plain("Interfaces", "Name", "Addresses", "MTU", "Frames in", "Octets in", "Frames out", "Octets out");
        foreach (InterfaceReport entry in report.Interfaces)
        {
            Row(table, $"{entry.Index} {entry.Name}", string.Join(" ", entry.Addresses), Number(entry.Mtu), Number(entry.FramesReceived),
                Number(entry.OctetsReceived), Number(entry.FramesSent), Number(entry.OctetsSent));
        }

        return table;
    }

    private static Table Shards(NetstatReport report)
    {
        Table table = Plain("Shards", "Shard", "TCP in", "TCP out", "TCP now", "Frames in", "Frames out", "Handed over", "Copied", "Received", "Dropped");
        foreach (ShardReport entry in report.Shards)
        {
            Row(table, Number(entry.Index), Number(entry.TcpPassiveOpens), Number(entry.TcpActiveOpens), Number(entry.Connections), Number(entry.FramesReceived),
                Number(entry.FramesSent), Number(entry.HandedOver), Number(entry.Copied), Number(entry.Received), Number(entry.Dropped));
        }

        return table;
    }

    private static Table Connections(NetstatReport report)
    {
        Table table = Plain("TCP", "Local", "Remote", "State", "Recv-Q", "Send-Q", "RTT", "cwnd", "Sent", "Received", "Retrans");
        foreach (ListenerReport entry in report.Listeners)
            Row(table, entry.Local, "*", "Listen", Number(entry.Waiting), Number(entry.Backlog), "", "", "", "", "");
        foreach (ConnectionReport entry in report.Connections)
        {
            Row(table, entry.Local, entry.Remote, entry.State, Number(entry.ReceiveQueue), Number(entry.SendQueue),
                DurationText.Format(TimeSpan.FromMicroseconds(entry.SmoothedRttMicroseconds)), Number(entry.CongestionWindow),
                ByteText.Size(entry.BytesSent), ByteText.Size(entry.BytesReceived), Number(entry.SegmentsRetransmitted));
        }

        return table;
    }

    private static Table Udp(NetstatReport report)
    {
        Table table = Plain("UDP", "Local", "Remote", "Datagrams", "Octets", "Dropped");
        foreach (UdpReport entry in report.Udp) Row(table, entry.Local, entry.Remote, Number(entry.Datagrams), Number(entry.Octets), Number(entry.Dropped));
        return table;
    }

    private static Table Counters(string title, IReadOnlyDictionary<string, long> counters)
    {
        Table table = Plain(title, "Counter", "Value");
        foreach ((string name, long value) in counters)
            if (value != 0) Row(table, name, Number(value));
        return table;
    }

    private static Table Plain(string title, params string[] columns)
    {
        Table table = new() { Title = new TableTitle(title), Border = TableBorder.Minimal };
        foreach (string column in columns) table.AddColumn(new TableColumn(column) { NoWrap = true });
        return table;
    }

    private static void Row(Table table, params string[] cells) => table.AddRow([.. cells.Select(Markup.Escape)]);

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
