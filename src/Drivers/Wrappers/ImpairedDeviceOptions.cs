namespace StackSharp.Drivers.Wrappers;

/// <summary>What happens to frames in each direction, as seen from the stack.</summary>
public sealed record ImpairedDeviceOptions
{
    /// <summary>Frames that the stack sends.</summary>
    public ImpairmentOptions Transmit { get; init; } = new();

    /// <summary>Frames that the stack receives.</summary>
    public ImpairmentOptions Receive { get; init; } = new();

    /// <summary>Decides chances and jitter: the same seed makes the same decisions, in real time at slightly different moments.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Memory for frames under way in each direction, in octets; beyond it frames are dropped and counted.</summary>
    public int MaximumBytesUnderWay { get; init; } = 64 << 20;
}
