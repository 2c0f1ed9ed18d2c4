using System.Globalization;

namespace StackSharp.Tests.Simulation;

/// <summary>Which seeds to run: STACKSHARP_SEED names one, STACKSHARP_SEEDS how many.</summary>
internal static class Seeds
{
    public static ulong? Chosen =>
        ulong.TryParse(Environment.GetEnvironmentVariable("STACKSHARP_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) ? seed : null;

    public static int Count(int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("STACKSHARP_SEEDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : otherwise;

    /// <summary>Frames per fuzz test: STACKSHARP_FUZZ_FRAMES, or enough to find what is easily found.</summary>
    public static int FuzzFrames =>
        int.TryParse(Environment.GetEnvironmentVariable("STACKSHARP_FUZZ_FRAMES"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 100_000;
}
