using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp;

public sealed class TcpTimersTests
{
    [Fact]
    public void Nothing_is_armed_at_first()
    {
        TcpTimers timers = new();
        Assert.All(Enum.GetValues<TcpTimer>(), timer => Assert.False(timers.IsArmed(timer)));
        Assert.Equal(Instant.Never, timers.NextDeadline());
    }

    [Fact]
    public void The_earliest_is_next_and_each_is_taken_once()
    {
        TcpTimers timers = new();
        TcpTimer[] kinds = Enum.GetValues<TcpTimer>();
        for (int i = 0; i < kinds.Length; i++) timers.Arm(kinds[i], Instant.FromMilliseconds(100 - i));
        Assert.Equal(Instant.FromMilliseconds(101 - kinds.Length), timers.NextDeadline());
        foreach (TcpTimer kind in kinds.Reverse())
        {
            Instant deadline = timers.Deadline(kind);
            Assert.Equal(deadline, timers.NextDeadline());
            Assert.False(timers.TakeIfDue(kind, new Instant(deadline.Nanoseconds - 1)));
            Assert.True(timers.TakeIfDue(kind, deadline));
            Assert.False(timers.TakeIfDue(kind, deadline));
        }
        Assert.Equal(Instant.Never, timers.NextDeadline());
    }

    [Fact]
    public void Arming_again_moves_and_cancelling_forgets()
    {
        TcpTimers timers = new();
        timers.Arm(TcpTimer.Persist, Instant.FromMilliseconds(5));
        timers.Arm(TcpTimer.Persist, Instant.FromMilliseconds(9));
        Assert.Equal(Instant.FromMilliseconds(9), timers.NextDeadline());
        timers.Cancel(TcpTimer.Persist);
        Assert.False(timers.TakeIfDue(TcpTimer.Persist, Instant.FromMilliseconds(50)));
    }
}
