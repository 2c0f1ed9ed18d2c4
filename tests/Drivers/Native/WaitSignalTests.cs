using System.Diagnostics;
using StackSharp.Drivers.Native;
using Xunit;

namespace StackSharp.Tests.Drivers.Native;

public sealed class WaitSignalTests
{
    [Theory]
    [InlineData(false), InlineData(true)]
    public void A_wait_without_signal_lasts_as_long_as_asked(bool monitor)
    {
        WaitSignal signal = new(monitor);
        long started = Stopwatch.GetTimestamp();
        Assert.False(signal.Wait(TimeSpan.FromMilliseconds(30)));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 29, 5000);
        Assert.False(signal.Wait(TimeSpan.Zero));
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void A_signal_is_kept_once_for_the_next_wait(bool monitor)
    {
        WaitSignal signal = new(monitor);
        signal.Set();
        signal.Set();
        Assert.True(signal.Wait(Timeout.InfiniteTimeSpan));
        Assert.False(signal.Wait(TimeSpan.FromMilliseconds(1)));
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void No_signal_is_lost_between_two_threads(bool monitor)
    {
        const int Rounds = 20_000;
        WaitSignal ping = new(monitor);
        WaitSignal pong = new(monitor);
        Thread answering = DeviceCalls.Start(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                ping.Wait(Timeout.InfiniteTimeSpan);
                pong.Set();
            }
        });
        Thread asking = DeviceCalls.Start(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                ping.Set();
                pong.Wait(Timeout.InfiniteTimeSpan);
            }
        });
        asking.MustEnd();
        answering.MustEnd();
    }
}
