namespace StackSharp.Cli.Iperf3;

/// <summary>How long a server waits for a client before it is there for others again.</summary>
internal sealed record ServerPatience
{
    /// <summary>For what the client owes: its cookie, its parameters, its streams, its results.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For a test in which nothing moves.</summary>
    public TimeSpan Standstill { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Beyond the time that a test was to take.</summary>
    public TimeSpan Overtime { get; init; } = TimeSpan.FromSeconds(10);
}
