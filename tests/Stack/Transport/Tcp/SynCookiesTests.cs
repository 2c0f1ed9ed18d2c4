using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp;

public sealed class SynCookiesTests
{
    private static readonly IpEndpoint Local = new(IpAddress.FromIpv4(198, 18, 0, 1), 80);
    private static readonly IpEndpoint Remote = new(IpAddress.FromIpv4(198, 18, 0, 2), 4000);
    private static readonly Instant Now = Instant.FromMilliseconds(1_000_000);
    private static readonly SynOffer Syn = new() { Sequence = new SequenceNumber(1000), MaximumSegmentSize = 1460, WindowScale = -1 };

    [Theory, Covers("TCP-SYN-1")]
    [InlineData(0u)]
    [InlineData(63u)]
    [InlineData(1_000_000u)]
    [InlineData(uint.MaxValue - 10)]
    public void A_stamp_holds_its_code_and_is_never_ahead_of_the_clock(uint clock)
    {
        for (uint code = 0; code < 64; code++)
        {
            uint stamp = SynCookies.Stamp(clock, code);
            Assert.Equal(code, stamp & 63);
            Assert.InRange(unchecked(clock - stamp), 0u, 63u);
        }
    }

    [Fact, Covers("TCP-SYN-1")]
    public void Every_part_of_the_tuple_and_the_SYN_and_the_secret_count()
    {
        IpAddress other = IpAddress.FromIpv4(198, 18, 0, 3);
        HashSet<uint> seen = [];
        for (ulong seed = 0; seed < 4; seed++)
        {
            SynCookies cookies = new(new SeededRandomSource(seed));
            seen.Add(Mac(cookies.Make(Local, Remote, Syn, 0, Now)));
            seen.Add(Mac(cookies.Make(Local with { Port = 81 }, Remote, Syn, 0, Now)));
            seen.Add(Mac(cookies.Make(Local with { Address = other }, Remote, Syn, 0, Now)));
            seen.Add(Mac(cookies.Make(Local, Remote with { Port = 4001 }, Syn, 0, Now)));
            seen.Add(Mac(cookies.Make(Local, Remote with { Address = other }, Syn, 0, Now)));
            seen.Add(Mac(cookies.Make(Remote, Local, Syn, 0, Now)));
            seen.Add(Mac(cookies.Make(Local, Remote, Syn with { Sequence = new SequenceNumber(1001) }, 0, Now)));
            seen.Add(Mac(cookies.Make(Local, Remote, Syn with { MaximumSegmentSize = 536 }, 0, Now)));
            seen.Add(Mac(cookies.Make(Local, Remote, Syn, 1, Now)));
            // 32 periods on the counter's five bits are the same again.
            seen.Add(Mac(cookies.Make(Local, Remote, Syn, 0, Now + TimeSpan.FromSeconds(64 * 32))));
        }
        Assert.Equal(40, seen.Count);
    }

    private static uint Mac(SequenceNumber cookie) => cookie.Value & 0xFF_FFFF;
}
