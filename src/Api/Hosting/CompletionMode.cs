namespace StackSharp.Hosting;

/// <summary>Where the continuation of an asynchronous socket call runs.</summary>
public enum CompletionMode
{
    /// <summary>On the thread pool: the safe default, continuations may block.</summary>
    ThreadPool,

    /// <summary>
    /// On the receive thread that brought the event: the fast mode. A continuation that blocks stops its whole stack. What it sends leaves when the
    /// continuations of the same batch are through, 16 frames have gathered, or it waits in a socket call. Events that another thread brought
    /// about (loopback, cancellation, close) still complete on the thread pool.
    /// </summary>
    Inline,
}
