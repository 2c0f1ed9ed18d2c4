using System.Text.Json;

namespace StackSharp.Cli.Iperf3;

/// <summary>What this server does and what it refuses. All numbers are bounded before they are used.</summary>
internal static class ParameterRules
{
    public const int MostSeconds = 86_400;
    public const int MostOmitted = 600;
    public const int MostStreams = 128;
    public const int LargestBlock = 1 << 20;
    public const int LargestDatagram = 65_507;
    private const int LargestBuffer = 64 << 20;
    private const long LargestQuota = 1L << 50;
    private const long HighestRate = 1_000_000_000_000;

    /// <summary>What changes nothing of a test that this server can see.</summary>
    private static readonly HashSet<string> Harmless =
    [
        "pacing_timer", "title", "extra_data", "repeating_payload", "get_server_output", "congestion_used", "authtoken", "burst",
    ];

    /// <summary>Looks for the first thing in the way of a test.</summary>
    /// <exception cref="Iperf3Failure">With the number that tells the client.</exception>
    public static void Check(TestParameters parameters)
    {
        Refuse(parameters.Bidirectional, RefusalCode.NotImplemented, "both directions at once");
        Refuse(parameters.Others?.ContainsKey("sctp") ?? false, RefusalCode.NoSctp, "SCTP");
        foreach ((string name, JsonElement value) in parameters.Others ?? [])
            Refuse(!Harmless.Contains(name) && IsSet(value), RefusalCode.NotImplemented, name);
        Refuse(parameters.Tcp == parameters.Udp, RefusalCode.Parameters, "neither TCP nor UDP, or both");
        Refuse(parameters.Seconds is < 0 or > MostSeconds, RefusalCode.DurationTooLong, $"{parameters.Seconds} seconds");
        Refuse(parameters.Omit is < 0 or > MostOmitted, RefusalCode.Omit, $"{parameters.Omit} seconds to omit");
        Refuse(parameters.Streams is < 1 or > MostStreams, RefusalCode.TooManyStreams, $"{parameters.Streams} streams");
        if (parameters.Udp)
        {
            int smallest = DatagramHeader.SizeOf(parameters.WideCounters);
            Refuse(parameters.BlockBytes < smallest || parameters.BlockBytes > LargestDatagram, RefusalCode.DatagramSize, $"datagrams of {parameters.BlockBytes}");
        }

        Refuse(parameters.BlockBytes is < 1 or > LargestBlock, RefusalCode.BlockTooLarge, $"blocks of {parameters.BlockBytes}");
        Refuse(parameters.BufferBytes is < 0 or > LargestBuffer, RefusalCode.BufferTooLarge, $"buffers of {parameters.BufferBytes}");
        Refuse(parameters.TypeOfService is < 0 or > byte.MaxValue, RefusalCode.TypeOfService, $"type of service {parameters.TypeOfService}");
        Refuse(parameters.BitsPerSecond is < 0 or > HighestRate, RefusalCode.Parameters, $"{parameters.BitsPerSecond} bits per second");
        Refuse(parameters.Octets is < 0 or > LargestQuota, RefusalCode.Parameters, $"{parameters.Octets} octets");
        Refuse(parameters.Blocks < 0 || parameters.Blocks > LargestQuota / LargestBlock, RefusalCode.Parameters, $"{parameters.Blocks} blocks");
        int ends = (parameters.Seconds > 0 ? 1 : 0) + (parameters.Octets > 0 ? 1 : 0) + (parameters.Blocks > 0 ? 1 : 0);
        Refuse(ends > 1, RefusalCode.EndConditions, "more than one end");
    }

    private static bool IsSet(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False or JsonValueKind.Null => false,
        JsonValueKind.Number => !value.TryGetDouble(out double number) || number != 0,
        JsonValueKind.String => value.GetString()!.Length > 0,
        _ => true,
    };

    private static void Refuse(bool isWrong, RefusalCode code, string what)
    {
        if (isWrong) throw new Iperf3Failure($"refused a test: {what}", code);
    }
}
