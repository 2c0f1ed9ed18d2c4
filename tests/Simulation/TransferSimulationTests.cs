using System.Globalization;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Simulation;

public sealed class TransferSimulationTests
{
    private static readonly IpAddress[] Addresses = [IpAddress.FromIpv4(198, 18, 0, 1), IpAddress.FromIpv4(198, 18, 0, 2)];

    [Fact, Covers("INV-2", "INV-4", "INV-7")]
    public void Tcp_alone_moves_every_octet_over_bad_links_or_says_why_not() =>
        RunSeeds(2000, (index, options, seed, _) => new SegmentHost(Addresses[index], Addresses[1 - index], options, seed));

    [Fact, Covers("INV-2", "INV-4", "INV-7")]
    public void Whole_stacks_move_every_octet_over_bad_links_or_say_why_not() =>
        RunSeeds(2000, (index, options, seed, now) => new StackNode(Addresses[index], new MacAddress(0x0200_0000_0001 + (ulong)index), options, seed, now));

    [Fact, Covers("INV-9")]
    public void The_same_seed_gives_the_same_trace_to_the_octet()
    {
        for (ulong seed = 1; seed <= 20; seed++) Assert.Equal(Trace(seed), Trace(seed));
    }

    private static List<string> Trace(ulong seed)
    {
        List<string> trace = [];
        using TransferSimulation simulation = new(
            seed, (index, options, hostSeed, now) => new StackNode(Addresses[index], new MacAddress(0x0200_0000_0001 + (ulong)index), options, hostSeed, now),
            (at, frame, lost) => trace.Add($"{at.Nanoseconds} {lost} {Convert.ToHexString(frame)}"));
        simulation.Run();
        return trace;
    }

    private static void RunSeeds(int otherwise, Func<int, TcpLayerOptions, ulong, Instant, ISimulatedHost> createHost)
    {
        ulong? chosen = Seeds.Chosen;
        int count = chosen is null ? Seeds.Count(otherwise) : 1;
        for (int i = 0; i < count; i++) RunSeed(chosen ?? (ulong)i + 1, createHost);
    }

    private static void RunSeed(ulong seed, Func<int, TcpLayerOptions, ulong, Instant, ISimulatedHost> createHost)
    {
        using TransferSimulation simulation = new(seed, createHost);
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
