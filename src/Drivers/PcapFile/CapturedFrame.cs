namespace StackSharp.Drivers.PcapFile;

/// <summary>Which way a frame went (epb_flags).</summary>
public enum CaptureDirection
{
    Unknown = 0,
    Inbound = 1,
    Outbound = 2,
}

/// <summary>One frame of a capture. Valid until the next one is read.</summary>
public readonly ref struct CapturedFrame
{
    /// <summary>The octets that were kept.</summary>
    public required ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>Octets on the wire: more than <see cref="Bytes"/> holds if the frame was cut.</summary>
    public required uint OriginalLength { get; init; }

    /// <summary>When, in nanoseconds since 1970-01-01 UTC; 0 where the format has no time (simple packet blocks).</summary>
    public required long NanosecondsSinceEpoch { get; init; }

    /// <summary>Where.</summary>
    public required CaptureInterface Interface { get; init; }

    public CaptureDirection Direction { get; init; }

    /// <summary>Comments on this frame, one a line; null without any.</summary>
    public string? Comment { get; init; }
}
