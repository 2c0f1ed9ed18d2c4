using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers.PcapFile;

/// <summary>How a capture is replayed.</summary>
public sealed record PcapFileOptions
{
    /// <summary>A pcap or pcapng file.</summary>
    public required string Path { get; init; }

    /// <summary>0: as fast as frames are taken. 1: with the pauses of the capture. 10: ten times as fast.</summary>
    public double Speed { get; init; }

    /// <summary>Only frames that went this way; <see cref="CaptureDirection.Unknown"/>: all. Frames without direction always pass.</summary>
    public CaptureDirection Direction { get; init; }

    /// <summary>The stack's own hardware address: for a replay to be answered, the one that the frames were sent to.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>Largest IP packet in octets that the stack may send.</summary>
    public int MaximumTransmissionUnit { get; init; } = 1500;

    /// <summary>A pcapng file for what the stack sends. Null: counted only.</summary>
    public string? OutputPath { get; init; }
}
