namespace StackSharp.Stack.Time;

/// <summary>Who is told when a timer of a <see cref="TimerWheel"/> runs out.</summary>
public interface ITimerOwner
{
    /// <summary>The timer's deadline has passed; it is no longer scheduled. Any call on the wheel is allowed here but Advance.</summary>
    /// <param name="handle">As <see cref="TimerWheel.Register"/> gave it out.</param>
    /// <param name="now">The moment at which the host entered the stack: at or after the deadline.</param>
    void OnTimer(int handle, Instant now);
}
