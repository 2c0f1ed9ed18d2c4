namespace StackSharp.Stack.Network.Icmp;

/// <summary>ICMP's constants for one stack.</summary>
public sealed record IcmpOptions
{
    /// <summary>Answers echo requests to one of our addresses. Default true. Broadcast and multicast ones are never answered.</summary>
    public bool AnswerEcho { get; init; } = true;

    /// <summary>Errors per second, all together (RFC 1812 §4.3.2.8). Default 1000.</summary>
    public int ErrorsPerSecond { get; init; } = 1000;

    /// <summary>Errors that may leave at once. Default 50.</summary>
    public int ErrorBurst { get; init; } = 50;

    /// <summary>Least time between two errors of a type to one destination. Default 1 s.</summary>
    public TimeSpan ErrorInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Largest error that is sent, in octets, IP header included (RFC 1812 §4.3.2.3). Default 576.</summary>
    public int MaximumErrorBytes { get; init; } = 576;

    /// <summary>Follows redirects that pass the checks of RFC 1122 §3.2.2.2. Default false.</summary>
    public bool AcceptRedirects { get; init; }

    /// <summary>Redirects that are remembered, each as a route to one host. Default 256.</summary>
    public int MaximumRedirects { get; init; } = 256;
}
