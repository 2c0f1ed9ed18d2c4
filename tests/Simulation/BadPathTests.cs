using System.Globalization;
using System.Text;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Simulation;

/// <summary>What the stack reaches on bad paths, on virtual time: each figure the same on every machine, so that a change of behaviour is a line in a diff.</summary>
public sealed class BadPathTests
{
    private const double Mega = 1e6;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    private static readonly (string Name, LinkConditions Path)[] Paths =
    [
        ("10 ms, clean", Path(10)),
        ("50 ms, clean", Path(50)),
        ("50 ms, 0.1 % loss", Path(50) with { Loss = 0.001 }),
        ("50 ms, 1 % loss", Path(50) with { Loss = 0.01 }),
        ("50 ms, 3 % loss", Path(50) with { Loss = 0.03 }),
        ("100 ms, 1 % loss in bursts of 5", Path(100) with { Loss = 0.0025, LossBurst = 0.8 }),
        ("200 ms, 500 Mbit/s", Path(200, 500)),
        ("50 ms, 5 % late by 5 ms", Path(50) with { Late = 0.05, LateBy = TimeSpan.FromMilliseconds(5) }),
        ("50 ms, ACKs up to 20 ms late", Path(50)),
        ("50 ms, 2 % twice", Path(50) with { Duplication = 0.02 }),
        ("50 ms, 0.1 % corrupted", Path(50) with { Corruption = 0.001 }),
    ];

    [Fact]
    public void Each_path_carries_what_it_did_when_this_was_approved()
    {
        StringBuilder table = new();
        table.AppendLine("path | algorithm | Mbit/s | sent again % | recoveries | spurious | timeouts");
        foreach ((string name, LinkConditions path) in Paths)
            foreach (string algorithm in (string[])["cubic", "reno", "bbr"]) table.AppendLine(Line(name, path, algorithm));
        ApprovedFile.Verify("tests/Simulation/Approved/bad-paths.txt", table.ToString(), typeof(BadPathTests));
    }

    // 20 Mbit/s over 20 ms, and a router that marks what has waited 5 ms in place of dropping what has waited 100.
    [Theory, Covers("TCP-9293-19", "ECN-4", "ACC-6", "TCP-DCTCP-1")]
    [InlineData("cubic", EcnUse.Request)]
    [InlineData("cubic", EcnUse.RequestClassic)]
    [InlineData("reno", EcnUse.Request)]
    [InlineData("bbr", EcnUse.Request)]
    [InlineData("dctcp", EcnUse.Answer)]
    [InlineData("dctcp", EcnUse.RequestClassic)]
    public void Where_routers_mark_the_path_is_full_and_nothing_is_lost(string algorithm, EcnUse ecn)
    {
        LinkConditions path = Path(20, 20) with { QueueLimit = TimeSpan.FromMilliseconds(100), MarkingDelay = TimeSpan.FromMilliseconds(5) };
        using BadPath run = new(path, path, seed: 1);
        run.Connect(new TcpSocketOptions { CongestionControl = algorithm, Ecn = ecn });
        run.Run(TimeSpan.FromSeconds(10));
        TcpInfo info = run.Connections[0].GetInfo(run.Now);
        Assert.Equal(ecn == EcnUse.RequestClassic ? EcnFeedback.Classic : EcnFeedback.Accurate, info.Ecn);
        Assert.InRange(run.Received(run.Connections[0]) * 8 / 10 / Mega, 17, 20);
        Assert.True(run.Marked > 0);
        Assert.Equal((0, 0, 0), (info.BytesRetransmitted, info.FastRecoveries, info.Timeouts));
        // Each mark is told of, but for those that are still on their way.
        if (info.Ecn == EcnFeedback.Accurate) Assert.InRange(info.CeDelivered, run.Marked - 100, run.Marked);
    }

    private static string Line(string name, LinkConditions path, string algorithm)
    {
        LinkConditions back = path with { Loss = 0, LossBurst = 0, Late = 0 };
        if (name.Contains("ACKs", StringComparison.Ordinal)) back = back with { Jitter = TimeSpan.FromMilliseconds(20) };
        using BadPath run = new(path, back, seed: 1);
        run.Connect(new TcpSocketOptions { CongestionControl = algorithm });
        run.Run(Duration);
        TcpConnection connection = run.Connections[0];
        TcpInfo info = connection.GetInfo(run.Now);
        double rate = run.Received(connection) * 8 / Duration.TotalSeconds / Mega;
        double again = 100.0 * info.BytesRetransmitted / Math.Max(1, info.BytesSent);
        return string.Create(CultureInfo.InvariantCulture,
            $"{name} | {algorithm} | {rate:0.0} | {again:0.00} | {info.FastRecoveries} | {info.SpuriousRecoveries + info.SpuriousTimeouts} | {info.Timeouts}");
    }

    // The queue holds what the path holds.
    private static LinkConditions Path(int milliseconds, double megabits = 100) => new()
    {
        Delay = TimeSpan.FromMilliseconds(milliseconds / 2.0),
        Rate = megabits * Mega,
        QueueLimit = TimeSpan.FromMilliseconds(milliseconds),
    };
}
