using Microsoft.Extensions.Logging;

namespace StackSharp.Hosting;

/// <summary>A thread that waits for any of several sockets to become ready.</summary>
internal sealed class PollWaiter(ILogger logger) : Completion
{
    private readonly Parker _parker = Parker.Current;

    /// <summary>A wake-up is on its way. Under the lock.</summary>
    public bool IsSignalled { get; set; }

    internal override bool IsWakeUp => true;

    internal override CompletionMode Mode => CompletionMode.Inline;

    internal override ILogger Logger => logger;

    internal override void Run() => _parker.Wake();

    public bool Wait(int timeoutMilliseconds) => _parker.Wait(timeoutMilliseconds);
}
