using Xunit;

namespace StackSharp.Tests.Drivers;

/// <summary>Holds a data path to allocating nothing once it is warm.</summary>
internal static class Allocations
{
    private const int WarmUpRounds = 100;
    private const int Rounds = 100;
    private const int Windows = 5;

    /// <summary>A hundred rounds allocate nothing.</summary>
    public static void MustBeNone(Action round)
    {
        for (int i = 0; i < WarmUpRounds; i++) round();
        MustBeNoneInWindow(() =>
        {
            for (int i = 0; i < Rounds; i++) round();
        });
    }

    /// <summary>The runtime allocates now and then for itself (tiering, type loading, a collection's rest of a block): one clean window of many rounds is the proof,
    /// for what allocates per round dirties all of them.</summary>
    /// <param name="window">Many rounds of what was warmed up before.</param>
    /// <returns>How often it ran.</returns>
    public static int MustBeNoneInWindow(Action window)
    {
        long least = long.MaxValue;
        int runs = 0;
        for (; runs < Windows && least > 0; runs++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            window();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        return runs;
    }
}
