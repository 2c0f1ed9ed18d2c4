using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Sending;

public sealed class RttEstimatorTests
{
    private static readonly TcpLayerOptions Options = new();

    [Fact, Covers("TCP-RTO-1")]
    public void One_second_before_the_first_sample() => Assert.Equal(TimeSpan.FromSeconds(1), new RttEstimator().Timeout(Options));

    [Fact, Covers("TCP-RTO-2")]
    public void The_first_sample_is_the_mean_and_half_of_it_the_variation()
    {
        RttEstimator rtt = default;
        rtt.Sample(400_000_000, 1, default);
        Assert.Equal((400, 200), (rtt.Smoothed.TotalMilliseconds, rtt.Variation.TotalMilliseconds));
        Assert.Equal(TimeSpan.FromMilliseconds(1200), rtt.Timeout(Options));
    }

    [Fact, Covers("TCP-RTO-3")]
    public void Later_samples_move_the_variation_first_and_then_the_mean()
    {
        RttEstimator rtt = default;
        rtt.Sample(400_000_000, 1, default);
        rtt.Sample(800_000_000, 1, default);
        Assert.Equal((450, 250), (rtt.Smoothed.TotalMilliseconds, rtt.Variation.TotalMilliseconds));
        Assert.Equal(TimeSpan.FromMilliseconds(1450), rtt.Timeout(Options));
        Assert.Equal(TimeSpan.FromMilliseconds(400), rtt.Minimum);
    }

    [Theory, Covers("TCP-RTO-4")]
    [InlineData(200, 200.1)]
    [InlineData(1000, 1000.1)]
    public void The_least_timeout_is_an_option_and_lies_above_the_round_trip(int minimum, double expected)
    {
        RttEstimator rtt = default;
        for (int i = 0; i < 100; i++) rtt.Sample(100_000, 1, default);
        TcpLayerOptions options = Options with { MinimumRetransmissionTimeout = TimeSpan.FromMilliseconds(minimum) };
        Assert.Equal(expected, rtt.Timeout(options).TotalMilliseconds, 2);
    }

    [Fact, Covers("TCP-RTO-10", "TCP-RTO-5")]
    public void Backing_off_doubles_up_to_the_largest()
    {
        RttEstimator rtt = default;
        for (int i = 0; i < 7; i++)
        {
            Assert.Equal(1 << i, rtt.Timeout(Options).TotalSeconds);
            rtt.BackOff();
        }
        for (int i = 0; i < 1000; i++) rtt.BackOff();
        Assert.Equal(120, rtt.Timeout(Options).TotalSeconds);
        rtt.Sample(100_000_000, 1, default);
        Assert.Equal(0.3, rtt.Timeout(Options).TotalSeconds);
    }

    [Fact, Covers("TCP-RTO-7", "TCP-TS-7")]
    public void Many_samples_in_a_round_trip_weigh_as_much_as_one()
    {
        RttEstimator one = default, many = default;
        one.Sample(100_000_000, 1, default);
        many.Sample(100_000_000, 10, default);
        one.Sample(200_000_000, 1, default);
        for (int i = 0; i < 10; i++) many.Sample(200_000_000, 10, default);
        Assert.Equal(one.Smoothed.TotalMilliseconds, many.Smoothed.TotalMilliseconds, 1.0);
    }

    [Fact]
    public void The_least_round_trip_is_that_of_the_last_minute_or_two()
    {
        RttEstimator rtt = default;
        rtt.Sample(10_000_000, 1, Instant.FromMilliseconds(0));
        for (int second = 1; second < 300; second++)
        {
            rtt.Sample(100_000_000, 1, Instant.FromMilliseconds(second * 1000L));
            if (second < 60) Assert.Equal(10, rtt.Minimum.TotalMilliseconds);
            if (second > 125) Assert.Equal(100, rtt.Minimum.TotalMilliseconds);
        }
    }

    [Fact, Covers("TCP-RTO-8")]
    public void The_clock_is_finer_than_a_millisecond()
    {
        RttEstimator rtt = default;
        rtt.Sample(12_300, 1, default);
        Assert.Equal(12.3, rtt.Smoothed.TotalMicroseconds);
        rtt = default;
        rtt.Sample(0, 1, default);
        Assert.True(rtt.HasSample);
    }

    [Fact, Covers("TCP-RTO-11")]
    public void A_handshake_that_timed_out_leaves_three_seconds_until_a_sample_comes()
    {
        RttEstimator rtt = default;
        rtt.BackOff();
        rtt.OnEstablished(handshakeTimedOut: true);
        Assert.Equal(3, rtt.Timeout(Options).TotalSeconds);
        rtt.Sample(100_000_000, 1, default);
        Assert.Equal(0.3, rtt.Timeout(Options).TotalSeconds);
    }
}
