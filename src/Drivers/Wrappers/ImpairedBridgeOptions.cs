namespace StackSharp.Drivers.Wrappers;

/// <summary>What happens to frames between two devices.</summary>
public sealed record ImpairedBridgeOptions
{
    /// <summary>Frames from the first device to the second.</summary>
    public ImpairmentOptions Forward { get; init; } = new();

    /// <summary>Frames from the second device to the first.</summary>
    public ImpairmentOptions Backward { get; init; } = new();

    /// <summary>Decides chances and jitter: the same seed makes the same decisions, in real time at slightly different moments.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Memory for frames under way in each direction, in octets, each frame counting as one of the MTU's size; taken when it is needed.
    /// Beyond it frames are dropped and counted.</summary>
    public long MaximumBytesUnderWay { get; init; } = 256 << 20;

    /// <summary>Nothing happens in either direction: the devices may exchange large segments.</summary>
    public bool IsPerfect => Forward.IsPerfect && Backward.IsPerfect;
}

/// <summary>One direction of a bridge. Frames that a device merged, or is to cut, count as one where they pass it.</summary>
/// <param name="FramesReceived">From the device that they come from.</param>
/// <param name="OctetsReceived">Of those frames.</param>
/// <param name="FramesSent">Taken by the device that they go to.</param>
/// <param name="OctetsSent">Of those frames.</param>
/// <param name="Drops">Lost in the devices and the bridge rather than by an impairment: rings that were full, memory that was spent, frames too long.</param>
/// <param name="FramesUnderWay">Now.</param>
/// <param name="Impairments">What happened to frames on the way; all zero in a perfect direction.</param>
public readonly record struct ImpairedBridgeStatistics(
    long FramesReceived, long OctetsReceived, long FramesSent, long OctetsSent, long Drops, int FramesUnderWay, ImpairmentStatistics Impairments);
