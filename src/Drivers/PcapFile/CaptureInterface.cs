namespace StackSharp.Drivers.PcapFile;

/// <summary>An interface that frames were captured on. A pcap file has one, a pcapng file as many as it describes.</summary>
/// <param name="LinkType">How its frames begin.</param>
/// <param name="SnapLength">Octets kept of each frame; 0: all.</param>
/// <param name="Name">if_name; null if not given.</param>
/// <param name="Description">if_description; null if not given.</param>
public sealed record CaptureInterface(CaptureLinkType LinkType, uint SnapLength, string? Name = null, string? Description = null)
{
    /// <summary>Time stamp units per second (if_tsresol).</summary>
    internal UInt128 UnitsPerSecond { get; init; } = 1_000_000;

    /// <summary>Seconds to add to each time stamp (if_tsoffset).</summary>
    internal long OffsetSeconds { get; init; }
}
