using System.Globalization;
using StackSharp.Stack.Transport.Tcp;
using Xunit;

namespace StackSharp.Tests.Simulation;

/// <summary>Paths and sequence numbers at the ends of what there is, on virtual time.</summary>
public sealed class PathExtremesTests
{
    private const string OctetsVariable = "STACKSHARP_WRAP_OCTETS";
    private const long UsualOctets = 16L << 20;

    // The window begins with one segment and doubles each round trip: so many of those a transfer may take at most, and some for the handshake and the close.
    [Theory]
    [InlineData(0, 1 << 20, 1)]
    [InlineData(1, 1 << 20, 1)]
    [InlineData(1_000, 1 << 20, 1)]
    [InlineData(1_000_000, 1 << 20, 12)]
    [InlineData(60_000_000, 64 << 10, 900)]
    public void Whatever_the_round_trip_takes_the_connection_opens_moves_its_octets_and_closes(long microseconds, int octets, int seconds)
    {
        LinkConditions path = new() { Delay = TimeSpan.FromMicroseconds(microseconds / 2.0) };
        using OneTransfer transfer = new(path, path, seed: 1);
        transfer.Run(octets, TimeSpan.FromHours(2));
        Assert.Equal(octets, transfer.Received);
        Assert.InRange(transfer.Duration, TimeSpan.FromMicroseconds(microseconds * 2), TimeSpan.FromSeconds(seconds));
        Assert.InRange(transfer.Info.SmoothedRoundTripTime, TimeSpan.FromMicroseconds(0.9 * microseconds), TimeSpan.FromMicroseconds(1.5 * microseconds + 50_000));
    }

    /// <remarks>STACKSHARP_WRAP_OCTETS=4300000000 moves more than there are sequence numbers: some minutes.</remarks>
    [Theory]
    [InlineData(0xFFFF_0000)]
    [InlineData(0x7FFF_0000)]
    public void A_stream_stays_whole_where_sequence_numbers_turn_over(uint initial)
    {
        long octets = long.TryParse(Environment.GetEnvironmentVariable(OctetsVariable), NumberStyles.None, CultureInfo.InvariantCulture, out long wanted) ? wanted : UsualOctets;
        LinkConditions path = new() { Delay = TimeSpan.FromMilliseconds(2), Loss = 0.001, LossBurst = 0.3, Late = 0.001, LateBy = TimeSpan.FromMilliseconds(1), Rate = 1e9 };
        TcpLayerOptions options = new() { Socket = new TcpSocketOptions { CongestionControl = "bbr" } };
        using OneTransfer transfer = new(path, path, seed: 1, options);
        transfer.Run(octets, TimeSpan.FromHours(24), initial);
        Assert.Equal(octets, transfer.Received);
        Assert.Equal(initial, transfer.Initial.Value);
        Assert.True(transfer.Info.BytesRetransmitted > 0, "Nothing was lost.");
        Assert.Equal(octets, transfer.Info.BytesSent);
    }
}
