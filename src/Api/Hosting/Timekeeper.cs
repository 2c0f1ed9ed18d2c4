namespace StackSharp.Hosting;

/// <summary>The thread that sleeps until the stack's next deadline: a receive thread, or the host's timer.</summary>
internal abstract class Timekeeper
{
    /// <summary>Ends its sleep, or the next one. Any thread, not under the lock.</summary>
    public abstract void Wake();
}
