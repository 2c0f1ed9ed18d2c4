using System.Globalization;
using System.Text;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Simulation;

/// <summary>How connections share a bottleneck, on virtual time: each figure the same on every machine, so that a change of behaviour is a line in a diff.</summary>
public sealed class FairnessTests
{
    private const double Mega = 1e6;
    private const string FlowsVariable = "STACKSHARP_FLOWS";
    private const int UsualFlows = 100;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(40);

    private static readonly string[] Mixes =
    [
        "cubic cubic", "reno reno", "bbr bbr", "cubic reno", "cubic bbr", "reno bbr",
        "cubic cubic cubic cubic", "reno reno reno reno", "bbr bbr bbr bbr", "cubic cubic reno reno", "cubic cubic bbr bbr", "cubic cubic reno bbr",
    ];

    [Fact]
    public void Each_mix_shares_as_it_did_when_this_was_approved()
    {
        StringBuilder table = new();
        table.AppendLine("path | flows | Jain | Mbit/s of each");
        foreach (string mix in Mixes) table.AppendLine(Line("50 ms, 50 Mbit/s", Path(50, 50), mix));
        foreach (string mix in Mixes[..6]) table.AppendLine(Line("10 ms, 50 Mbit/s", Path(10, 50), mix));
        ApprovedFile.Verify("tests/Simulation/Approved/fairness.txt", table.ToString(), typeof(FairnessTests));
    }

    /// <remarks>STACKSHARP_FLOWS=1000 tries a thousand.</remarks>
    [Theory]
    [InlineData("cubic")]
    [InlineData("reno")]
    public void Many_of_a_kind_share_alike(string algorithm)
    {
        int flows = int.TryParse(Environment.GetEnvironmentVariable(FlowsVariable), NumberStyles.None, CultureInfo.InvariantCulture, out int wanted) ? wanted : UsualFlows;
        // Eight segments for each are on their way or in the queue: few enough to be hard, enough for fast recovery.
        double[] rates = Share(Path(50, flows), [.. Enumerable.Repeat(algorithm, flows)]);
        double index = Jain(rates);
        Assert.True(index >= 0.9, string.Create(CultureInfo.InvariantCulture, $"Jain's index is {index:0.000}: from {rates.Min():0.00} to {rates.Max():0.00} Mbit/s, median {rates.Order().ElementAt(flows / 2):0.00}."));
        Assert.InRange(rates.Sum(), 0.85 * flows, flows);
    }

    private static string Line(string name, LinkConditions path, string mix)
    {
        double[] rates = Share(path, mix.Split(' '));
        string each = string.Join(", ", rates.Select(rate => rate.ToString("0.0", CultureInfo.InvariantCulture)));
        return string.Create(CultureInfo.InvariantCulture, $"{name} | {mix} | {Jain(rates):0.000} | {each}");
    }

    /// <summary>Mbit/s of goodput that each flow gets once they have settled.</summary>
    private static double[] Share(LinkConditions path, string[] algorithms)
    {
        using BadPath run = new(path, path, seed: 1);
        run.Connect([.. algorithms.Select(algorithm => new TcpSocketOptions { CongestionControl = algorithm })]);
        run.Run(Settling);
        long[] before = [.. run.Connections.Select(run.Received)];
        run.Run(Measured);
        return [.. run.Connections.Select((connection, i) => (run.Received(connection) - before[i]) * 8 / Measured.TotalSeconds / Mega)];
    }

    /// <summary>1: all get the same; 1/n: one gets everything.</summary>
    private static double Jain(double[] rates) => rates.Sum() * rates.Sum() / (rates.Length * rates.Sum(rate => rate * rate));

    // The queue holds what the path holds.
    private static LinkConditions Path(int milliseconds, double megabits) => new()
    {
        Delay = TimeSpan.FromMilliseconds(milliseconds / 2.0),
        Rate = megabits * Mega,
        QueueLimit = TimeSpan.FromMilliseconds(milliseconds),
    };
}
