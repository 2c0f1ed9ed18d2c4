namespace StackSharp.Drivers.Wrappers;

/// <summary>What a recorder keeps, and how much may wait for the disk.</summary>
public sealed record PcapngRecorderOptions
{
    /// <summary>Octets kept of each frame; 0: all.</summary>
    public int SnapLength { get; init; }

    /// <summary>Frames that may wait to be written; more are left out and counted.</summary>
    public int QueueFrames { get; init; } = 16_384;

    /// <summary>Octets that may wait to be written; more are left out and counted.</summary>
    public int QueueOctets { get; init; } = 32 << 20;

    /// <summary>Goes into the file as the interface's description.</summary>
    public string? Description { get; init; }
}
