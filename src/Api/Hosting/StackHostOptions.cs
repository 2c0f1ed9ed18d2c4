using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StackSharp.Stack;
using StackSharp.Stack.Time;

namespace StackSharp.Hosting;

/// <summary>How a host runs its stack.</summary>
public sealed record StackHostOptions
{
    /// <summary>The protocols' own options.</summary>
    public NetworkStackOptions Stack { get; init; } = new();

    /// <summary>Where random numbers come from. Default: the operating system. A seeded source makes ports and sequence numbers guessable.</summary>
    public IRandomSource Random { get; init; } = new SystemRandomSource();

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Where continuations run, unless a socket says otherwise. Default: thread pool.</summary>
    public CompletionMode CompletionMode { get; init; } = CompletionMode.ThreadPool;

    /// <summary>How long a receive thread looks for more frames before it sleeps; zero: not at all. It stops by itself when that finds nothing,
    /// or when the machine has no core to spare. Default 50 µs; zero on a machine with one core.</summary>
    public TimeSpan ReceiveSpin { get; init; } = Environment.ProcessorCount > 1 ? TimeSpan.FromMicroseconds(50) : TimeSpan.Zero;

    /// <summary>Most frames that a receive thread takes to the stack at once, 1..64. Default 64.</summary>
    public int MaximumBatch { get; init; } = 64;

    /// <summary>Octets that such a batch is to stay below, if its frames are about as large as those of the one before; one frame at least. Default 1 MiB:
    /// what is received is still in the processor's cache when it is copied to who reads it.</summary>
    public int MaximumBatchBytes { get; init; } = 1 << 20;

    /// <summary>The stack works with segments of up to 64 KiB on every device: what a device does not do itself (cut segments, complete checksums,
    /// merge what arrives) is done in software, outside the lock. Default true. False: frames as the device takes and delivers them.</summary>
    public bool SoftwareOffload { get; init; } = true;

    /// <summary>How long disposing waits for threads and for calls that are still copying. Default 5 s.</summary>
    public TimeSpan DisposeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What gethostname says. Default: stacksharp.</summary>
    public string HostName { get; init; } = "stacksharp";

    /// <summary>Names that connecting by name knows, beside address literals, localhost and <see cref="HostName"/>. Case does not count.</summary>
    public IReadOnlyDictionary<string, IPAddress[]> HostNames { get; init; } = new Dictionary<string, IPAddress[]>(StringComparer.OrdinalIgnoreCase);
}
