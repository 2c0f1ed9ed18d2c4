using Microsoft.Extensions.Logging;

namespace StackSharp.Hosting;

/// <summary>Something to be done once the lock has been left: a continuation to run, or a thread to wake.</summary>
internal abstract class Completion : IThreadPoolWorkItem
{
    internal Completion? NextCompletion { get; set; }

    /// <summary>Cheap and free of user code: runs wherever it is found.</summary>
    internal abstract bool IsWakeUp { get; }

    internal abstract CompletionMode Mode { get; }

    /// <summary>For complaints about continuations that throw.</summary>
    internal abstract ILogger Logger { get; }

    internal abstract void Run();

    /// <summary>Runs and survives: what user code throws into a completion belongs to nobody else.</summary>
    internal void RunGuarded()
    {
        try
        {
            Run();
        }
#pragma warning disable CA1031 // Whatever a continuation throws: the thread that runs it serves every other socket too.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            HostLog.ContinuationFailed(Logger, exception);
        }
    }

    void IThreadPoolWorkItem.Execute() => RunGuarded();
}
