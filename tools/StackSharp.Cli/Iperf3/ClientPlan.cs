using System.Net;

namespace StackSharp.Cli.Iperf3;

/// <summary>What a client is to test.</summary>
/// <param name="Host">As the user gave it.</param>
internal sealed record ClientPlan(string Host, IPEndPoint Server)
{
    public const int DefaultDatagramRate = 1_000_000;

    public int Seconds { get; init; } = 10;

    /// <summary>Ends the test after so many; null: <see cref="Seconds"/> do.</summary>
    public long? Octets { get; init; }

    public int Streams { get; init; } = 1;

    /// <summary>The server sends.</summary>
    public bool Reverse { get; init; }

    public bool Udp { get; init; }

    /// <summary>Of each stream; null: no limit over TCP, 1 Mbit/s over UDP; 0: no limit.</summary>
    public long? BitsPerSecond { get; init; }

    /// <summary>Null: 128 KiB over TCP, what fits into a frame over UDP.</summary>
    public int? BlockBytes { get; init; }

    public int OmittedSeconds { get; init; }

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    public bool WideCounters { get; init; }

    /// <summary>How the server is told.</summary>
    /// <param name="segmentBytes">What fits into a segment of the control connection.</param>
    public TestParameters ToParameters(int segmentBytes) => new()
    {
        Tcp = !Udp,
        Udp = Udp,
        Omit = OmittedSeconds,
        Seconds = Octets is null ? Seconds : 0,
        Octets = Octets ?? 0,
        Streams = Streams,
        Reverse = Reverse,
        BlockBytes = BlockBytes ?? (Udp ? segmentBytes : TestParameters.DefaultTcpBlock),
        BitsPerSecond = BitsPerSecond ?? (Udp ? DefaultDatagramRate : 0),
        WideCounters = Udp && WideCounters,
        ClientVersion = "3.12",
    };
}
