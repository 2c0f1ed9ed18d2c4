using StackSharp.Tests.TestKit.Interop;

namespace StackSharp.Tests.Interop;

/// <summary>A capture file as tshark, which shares no code with us, reads it.</summary>
public sealed class Recording(NetworkNamespace place, string path)
{
    /// <summary>What must match nothing.</summary>
    public const string FaultFilter =
        "_ws.malformed || tcp.checksum.status == \"Bad\" || ip.checksum.status == \"Bad\" || udp.checksum.status == \"Bad\" || icmp.checksum.status == \"Bad\"";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    // What is above TCP is not the question here, and asking it takes most of the time.
    private static readonly string[] Preferences =
        ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "tcp.desegment_tcp_streams:FALSE", "-d", "tcp.port==80,data", "-d", "tcp.port==7,data"];

    /// <summary>The frames with a fault, a line each; empty: none.</summary>
    public string Faults() => Read(FaultFilter);

    /// <summary>Frames that a display filter matches.</summary>
    public int Count(string filter) => Read(filter).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    private string Read(string filter) => place.TryRun(Limit, "tshark", ["-n", "-r", path, .. Preferences, "-Y", filter]).MustSucceed().Output;
}
