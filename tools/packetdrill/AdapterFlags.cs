using System.Globalization;
using StackSharp.Stack.Wire;

namespace StackSharp.Packetdrill;

/// <summary>What the tool's --so_flags say: comma-separated <c>name=value</c>.</summary>
internal sealed record AdapterFlags
{
    /// <summary>Our address with the length of its network (<c>local=192.168.0.1/16</c>).</summary>
    public IpPrefix Local { get; init; } = IpPrefix.Parse("192.168.0.1/16");

    /// <summary>Largest IP packet, in octets (<c>mtu=1500</c>).</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Payload octets of the segments that a larger injected packet was merged from, as a device would say; 0: it is one segment (<c>mss=1000</c>).</summary>
    public int MergedSegmentBytes { get; init; }

    /// <summary>Where the settings of the kernel are read (<c>settings=/proc/sys/net/ipv4</c>).</summary>
    public string Settings { get; init; } = "/proc/sys/net/ipv4";

    /// <exception cref="FormatException">An unknown name, or a value that cannot be read.</exception>
    public static AdapterFlags Parse(string text)
    {
        AdapterFlags flags = new();
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=');
            string name = equals < 0 ? part : part[..equals];
            string value = equals < 0 ? "" : part[(equals + 1)..];
            flags = name switch
            {
                "local" => flags with { Local = IpPrefix.Parse(value.Contains('/') ? value : value + "/16") },
                "mtu" => flags with { Mtu = int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture) },
                "mss" => flags with { MergedSegmentBytes = ushort.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture) },
                "settings" => flags with { Settings = value },
                _ => throw new FormatException($"Unknown flag '{part}': known are local=ADDRESS/LENGTH, mtu=OCTETS, mss=OCTETS, settings=FOLDER."),
            };
        }
        return flags;
    }
}
