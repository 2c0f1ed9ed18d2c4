using System.Globalization;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Simulation;

public sealed class TransferSimulationTests
{
    private static readonly IpAddress[] Addresses = [IpAddress.FromIpv4(198, 18, 0, 1), IpAddress.FromIpv4(198, 18, 0, 2)];

    [Fact, Covers("INV-2", "INV-4")]
    public void Tcp_alone_moves_every_octet_over_bad_links_or_says_why_not()
    {
        ulong? chosen = Seeds.Chosen;
        int count = chosen is null ? Seeds.Count(2000) : 1;
        for (int i = 0; i < count; i++) RunSeed(chosen ?? (ulong)i + 1);
    }

    private static void RunSeed(ulong seed)
    {
        using TransferSimulation simulation = new(seed, (index, options, hostSeed) =>
            new SegmentHost(Addresses[index], Addresses[1 - index], options, hostSeed));
        try
        {
            simulation.Run();
        }
        catch (Exception failure)
        {
            throw new SimulationException(string.Create(CultureInfo.InvariantCulture, $"Seed {seed} failed (STACKSHARP_SEED={seed} replays it): {failure.Message}"), failure);
        }
    }
}
