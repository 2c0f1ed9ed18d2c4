using StackSharp.Stack.Time;

namespace StackSharp.Drivers.Wrappers;

/// <summary>What becomes of a frame.</summary>
public enum ImpairmentFate
{
    Delivered,

    /// <summary>The queue in front of the link was full.</summary>
    QueueFull,

    /// <summary>Lost on the way, by itself.</summary>
    Lost,

    /// <summary>Lost on the way, in a burst.</summary>
    LostInBurst,
}

/// <summary>What an impaired link does with one frame.</summary>
/// <param name="Fate">Whether it arrives.</param>
/// <param name="DeliverAt">When it arrives.</param>
/// <param name="IsDuplicated">A second copy arrives right behind it.</param>
/// <param name="FlippedBit">The bit that arrives wrong, counted from the start of the frame; -1: none.</param>
/// <param name="IsMarked">Its packet arrives marked "congestion experienced".</param>
public readonly record struct ImpairmentVerdict(ImpairmentFate Fate, Instant DeliverAt, bool IsDuplicated, int FlippedBit, bool IsMarked = false)
{
    public bool IsDelivered => Fate == ImpairmentFate.Delivered;

    /// <summary>Changes the frame as said.</summary>
    public void Corrupt(Span<byte> frame)
    {
        if (FlippedBit >= 0) frame[FlippedBit >> 3] ^= (byte)(1 << (FlippedBit & 7));
    }
}

/// <summary>Frames by what became of them. Duplicated, reordered, corrupted and marked ones are delivered too.</summary>
public readonly record struct ImpairmentStatistics(
    long Offered, long Delivered, long QueueDrops, long Lost, long LostInBursts, long Duplicated, long Reordered, long Corrupted, long Marked = 0);
