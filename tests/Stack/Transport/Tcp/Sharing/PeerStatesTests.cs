using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Sharing;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Sharing;

public sealed class PeerStatesTests
{
    private static readonly Instant Start = Instant.FromMilliseconds(1000);
    private readonly PeerStates _peers = new(new TcpLayerOptions { MaximumSharedPeers = 3, SharedStateLifetime = TimeSpan.FromMinutes(1) }, new SeededRandomSource(1));

    [Fact, Covers("TCB-1")]
    public void The_peer_heard_of_longest_ago_makes_way()
    {
        for (byte i = 1; i <= 3; i++) _peers.Update(Peer(i), Start);
        _peers.Update(Peer(1), Start);
        _peers.Update(Peer(4), Start);
        Assert.Equal(3, _peers.Count);
        Assert.Null(_peers.Find(Peer(2), Start));
        Assert.NotNull(_peers.Find(Peer(1), Start));
    }

    [Fact, Covers("TCB-1")]
    public void What_is_old_counts_no_more()
    {
        _peers.Update(Peer(1), Start).Merge(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        Assert.NotNull(_peers.Find(Peer(1), Start + TimeSpan.FromMinutes(1)));
        Assert.Null(_peers.Find(Peer(1), Start + TimeSpan.FromMinutes(1.1)));
        Assert.Equal(0, _peers.Count);
        _peers.Update(Peer(1), Start).Merge(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, _peers.Update(Peer(1), Start + TimeSpan.FromMinutes(2)).RoundTrip);
    }

    [Fact, Covers("TCB-1")]
    public void Longer_times_are_believed_at_once_and_shorter_ones_by_and_by()
    {
        PeerState state = new(Peer(1));
        state.Merge(TimeSpan.FromMilliseconds(80), TimeSpan.FromMilliseconds(8));
        state.Merge(TimeSpan.FromMilliseconds(160), TimeSpan.FromMilliseconds(4));
        Assert.Equal((160, 7), (state.RoundTrip.TotalMilliseconds, state.Variation.TotalMilliseconds));
        state.Merge(TimeSpan.FromMilliseconds(80), TimeSpan.FromMilliseconds(40));
        Assert.Equal((150, 40), (state.RoundTrip.TotalMilliseconds, state.Variation.TotalMilliseconds));
    }

    [Fact, Covers("TCB-1")]
    public void A_threshold_is_averaged_and_raised_by_who_got_further_without_meeting_one()
    {
        PeerState state = new(Peer(1));
        state.MergeThreshold(long.MaxValue, 100_000);
        Assert.Equal(0, state.SlowStartThreshold);
        state.MergeThreshold(20_000, 10_000);
        Assert.Equal(20_000, state.SlowStartThreshold);
        state.MergeThreshold(20_000, 80_000);
        Assert.Equal(30_000, state.SlowStartThreshold);
        state.MergeThreshold(long.MaxValue, 100_000);
        Assert.Equal(50_000, state.SlowStartThreshold);
    }

    private static IpAddress Peer(byte number) => IpAddress.FromIpv4(198, 18, 0, number);
}
