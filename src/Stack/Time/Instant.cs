namespace StackSharp.Stack.Time;

/// <summary>A moment on the host's monotonic clock, in nanoseconds since an origin that only the host knows.</summary>
/// <remarks>The core never reads a clock: every entry is handed the moment at which it happens.</remarks>
public readonly record struct Instant(long Nanoseconds) : IComparable<Instant>
{
    /// <summary>Later than every moment: a deadline that nobody waits for.</summary>
    public static readonly Instant Never = new(long.MaxValue);

    /// <summary>The clock's origin.</summary>
    public static readonly Instant Origin;

    public static Instant FromMilliseconds(long milliseconds) => new(milliseconds * 1_000_000);

    public static Instant FromMicroseconds(long microseconds) => new(microseconds * 1_000);

    public long Microseconds => Nanoseconds / 1_000;

    public long Milliseconds => Nanoseconds / 1_000_000;

    public static TimeSpan operator -(Instant later, Instant earlier) => new((later.Nanoseconds - earlier.Nanoseconds) / 100);

    /// <summary>Saturates at <see cref="Never"/>.</summary>
    public static Instant operator +(Instant start, TimeSpan duration)
    {
        if (start.Nanoseconds == long.MaxValue) return Never;
        Int128 sum = (Int128)start.Nanoseconds + (Int128)duration.Ticks * 100;
        return sum >= long.MaxValue ? Never : new Instant((long)sum);
    }

    public static Instant operator -(Instant start, TimeSpan duration) => start + duration.Negate();

    public static bool operator <(Instant left, Instant right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(Instant left, Instant right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(Instant left, Instant right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(Instant left, Instant right) => left.Nanoseconds >= right.Nanoseconds;

    public static Instant Min(Instant left, Instant right) => left < right ? left : right;

    public static Instant Max(Instant left, Instant right) => left > right ? left : right;

    public static Instant Add(Instant left, TimeSpan right) => left + right;

    public static TimeSpan Subtract(Instant left, Instant right) => left - right;

    public int CompareTo(Instant other) => Nanoseconds.CompareTo(other.Nanoseconds);

    public override string ToString() => this == Never ? "never" : FormattableString.Invariant($"{Nanoseconds / 1e9:0.000000} s");
}
