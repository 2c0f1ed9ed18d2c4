using System.Text.Json;
using System.Text.Json.Serialization;

namespace StackSharp.Cli.Iperf3;

/// <summary>What a client asks of a server, as it stands on the control connection.</summary>
/// <remarks>Setters, because generated readers give init-only members that a text lacks no value but zero.</remarks>
internal sealed record TestParameters
{
    public const int DefaultTcpBlock = 128 << 10;

    [JsonPropertyName("tcp"), JsonConverter(typeof(WireFlag))]
    public bool Tcp { get; set; }

    [JsonPropertyName("udp"), JsonConverter(typeof(WireFlag))]
    public bool Udp { get; set; }

    /// <summary>Seconds at the start that do not count.</summary>
    [JsonPropertyName("omit"), JsonConverter(typeof(WireNumber)), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long Omit { get; set; }

    /// <summary>Seconds that do; 0: as long as <see cref="Octets"/> or <see cref="Blocks"/> take.</summary>
    [JsonPropertyName("time"), JsonConverter(typeof(WireNumber)), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long Seconds { get; set; }

    /// <summary>Octets to send on all streams together; 0: no such end.</summary>
    [JsonPropertyName("num"), JsonConverter(typeof(WireNumber)), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long Octets { get; set; }

    /// <summary>Blocks to send on all streams together; 0: no such end.</summary>
    [JsonPropertyName("blockcount"), JsonConverter(typeof(WireNumber)), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long Blocks { get; set; }

    [JsonPropertyName("parallel"), JsonConverter(typeof(WireNumber)), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long Streams { get; set; } = 1;

    /// <summary>The server sends.</summary>
    [JsonPropertyName("reverse"), JsonConverter(typeof(WireFlag))]
    public bool Reverse { get; set; }

    /// <summary>Both send at once.</summary>
    [JsonPropertyName("bidirectional"), JsonConverter(typeof(WireFlag))]
    public bool Bidirectional { get; set; }

    /// <summary>Octets of one write, or of one datagram.</summary>
    [JsonPropertyName("len"), JsonConverter(typeof(WireNumber)), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long BlockBytes { get; set; } = DefaultTcpBlock;

    /// <summary>Bits per second of each stream; 0: no limit.</summary>
    [JsonPropertyName("bandwidth"), JsonConverter(typeof(WireNumber))]
    public long BitsPerSecond { get; set; }

    /// <summary>Octets of the socket buffers; 0: the default.</summary>
    [JsonPropertyName("window"), JsonConverter(typeof(WireNumber))]
    public long BufferBytes { get; set; }

    [JsonPropertyName("TOS"), JsonConverter(typeof(WireNumber))]
    public long TypeOfService { get; set; }

    [JsonPropertyName("nodelay"), JsonConverter(typeof(WireFlag))]
    public bool NoDelay { get; set; }

    [JsonPropertyName("dont_fragment"), JsonConverter(typeof(WireFlag))]
    public bool DontFragment { get; set; }

    /// <summary>Datagrams are numbered with 64 bits instead of 32.</summary>
    [JsonPropertyName("udp_counters_64bit"), JsonConverter(typeof(WireFlag))]
    public bool WideCounters { get; set; }

    [JsonPropertyName("client_version")]
    public string? ClientVersion { get; set; }

    /// <summary>What has no member here.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    /// <summary>Octets after which the senders stop, all together; 0: they do not by themselves.</summary>
    [JsonIgnore]
    public long Quota => Octets > 0 ? Octets : Blocks * BlockBytes;
}
