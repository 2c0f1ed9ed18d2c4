using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.SynFlood;

/// <summary>What to send, where to and how fast.</summary>
/// <param name="Interface">The network interface to send from.</param>
/// <param name="TargetAddress">The target's hardware address.</param>
/// <param name="Sources">Where the SYNs claim to come from: inside 198.18.0.0/15, the range that is set aside for benchmarks (RFC 2544).</param>
/// <param name="Rate">SYNs per second.</param>
internal sealed record FloodPlan(string Interface, IpAddress Target, MacAddress TargetAddress, ushort Port, IpPrefix Sources, int Rate, TimeSpan Duration, int Seed)
{
    private static readonly IpPrefix Benchmarks = IpPrefix.Parse("198.18.0.0/15");

    /// <summary>Reads INTERFACE TARGET HARDWARE-ADDRESS PORT SOURCES RATE SECONDS.</summary>
    /// <exception cref="FormatException">One of them cannot be read, or target or sources lie outside 198.18.0.0/15; the message says which.</exception>
    public static FloodPlan Parse(string[] arguments)
    {
        if (arguments.Length != 7) throw new FormatException("usage: stacksharp-syn-flood INTERFACE TARGET HARDWARE-ADDRESS PORT SOURCES RATE SECONDS");
        if (!IpAddress.TryParse(arguments[1], out IpAddress target) || !Benchmarks.Contains(target)) throw new FormatException($"{arguments[1]}: not an address in {Benchmarks}.");
        if (!MacAddress.TryParse(arguments[2], out MacAddress hardware)) throw new FormatException($"{arguments[2]}: not a hardware address.");
        if (!ushort.TryParse(arguments[3], out ushort port) || port == 0) throw new FormatException($"{arguments[3]}: not a port.");
        if (!IpPrefix.TryParse(arguments[4], out IpPrefix sources) || !Benchmarks.Contains(sources.Address) || sources.Length is < 15 or > 30) throw new FormatException($"{arguments[4]}: not a network in {Benchmarks}.");
        if (!int.TryParse(arguments[5], out int rate) || rate is < 1 or > 1_000_000) throw new FormatException($"{arguments[5]}: not a rate from 1 to 1000000 per second.");
        if (!int.TryParse(arguments[6], out int seconds) || seconds is < 1 or > 3600) throw new FormatException($"{arguments[6]}: not a number of seconds from 1 to 3600.");
        return new FloodPlan(arguments[0], target, hardware, port, sources, rate, TimeSpan.FromSeconds(seconds), Seed: 1);
    }
}
