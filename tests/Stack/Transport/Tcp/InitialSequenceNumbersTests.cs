using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp;

public sealed class InitialSequenceNumbersTests
{
    private static readonly IpEndpoint Local = new(IpAddress.FromIpv4(198, 18, 0, 1), 80);
    private static readonly IpEndpoint Remote = new(IpAddress.FromIpv4(198, 18, 0, 2), 4000);

    [Fact, Covers("TCP-ISN-1", "TCP-9293-8")]
    public void The_clock_ticks_every_four_microseconds()
    {
        InitialSequenceNumbers numbers = new(new SeededRandomSource(1));
        int passed = numbers.Next(Local, Remote, Instant.FromMilliseconds(3000)) - numbers.Next(Local, Remote, Instant.FromMilliseconds(2000));
        Assert.Equal(250_000, passed);
    }

    [Fact, Covers("TCP-ISN-1", "TCP-9293-8")]
    public void Every_part_of_the_tuple_and_the_secret_count()
    {
        HashSet<uint> seen = [];
        for (ulong seed = 0; seed < 4; seed++)
        {
            InitialSequenceNumbers numbers = new(new SeededRandomSource(seed));
            IpAddress other = IpAddress.FromIpv4(198, 18, 0, 3);
            seen.Add(numbers.Next(Local, Remote, default).Value);
            seen.Add(numbers.Next(Local with { Port = 81 }, Remote, default).Value);
            seen.Add(numbers.Next(Local with { Address = other }, Remote, default).Value);
            seen.Add(numbers.Next(Local, Remote with { Port = 4001 }, default).Value);
            seen.Add(numbers.Next(Local, Remote with { Address = other }, default).Value);
            seen.Add(numbers.Next(Remote, Local, default).Value);
        }
        Assert.Equal(24, seen.Count);
    }

    [Fact, Covers("TCP-TS-6")]
    public void Timestamps_keep_rising_from_one_connection_of_a_pair_to_the_next()
    {
        InitialSequenceNumbers numbers = new(new SeededRandomSource(1));
        Assert.Equal(numbers.TimestampOffset(Local, Remote), numbers.TimestampOffset(Local with { Port = 81 }, Remote with { Port = 9 }));
        Assert.NotEqual(numbers.TimestampOffset(Local, Remote), numbers.TimestampOffset(Local, Remote with { Address = IpAddress.FromIpv4(198, 18, 0, 3) }));
    }
}
