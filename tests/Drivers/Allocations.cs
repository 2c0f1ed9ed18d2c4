using Xunit;

namespace StackSharp.Tests.Drivers;

/// <summary>Holds a data path to allocating nothing once it is warm.</summary>
internal static class Allocations
{
    private const int WarmUpRounds = 100;
    private const int Rounds = 100;
    private const int Windows = 5;

    /// <summary>The runtime allocates now and then for itself (tiering, type loading): one clean window of a hundred rounds is the proof,
    /// for what allocates per round dirties all of them.</summary>
    public static void MustBeNone(Action round)
    {
        for (int i = 0; i < WarmUpRounds; i++) round();
        long least = long.MaxValue;
        for (int window = 0; window < Windows && least > 0; window++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Rounds; i++) round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
