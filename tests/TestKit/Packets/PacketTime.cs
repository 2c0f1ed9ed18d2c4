using System.Globalization;

namespace StackSharp.Tests.TestKit.Packets;

/// <summary>When a packet comes, counted from the event before it: <c>+.05</c>, <c>+0.1~+0.3</c>, or <c>*</c> for any time.</summary>
/// <param name="Earliest">The least time after the previous event.</param>
/// <param name="Latest">The greatest; equal to <paramref name="Earliest"/> when a single time is given.</param>
public readonly record struct PacketTime(TimeSpan Earliest, TimeSpan Latest)
{
    public static PacketTime Any { get; } = new(TimeSpan.Zero, TimeSpan.MaxValue);

    public static PacketTime After(TimeSpan delay) => new(delay, delay);

    public bool IsAny => this == Any;

    public bool IsRange => Earliest != Latest;

    public override string ToString()
    {
        if (IsAny) return "*";
        return IsRange ? $"{Seconds(Earliest)}~{Seconds(Latest)}" : Seconds(Earliest);
    }

    private static string Seconds(TimeSpan time) =>
        "+" + ((decimal)time.Ticks / TimeSpan.TicksPerSecond).ToString("0.#######", CultureInfo.InvariantCulture);
}
