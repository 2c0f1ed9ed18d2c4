using System.Globalization;

namespace StackSharp.Stack.Wire.Tcp;

/// <summary>A point in TCP sequence space, ordered modulo 2^32 (RFC 9293 §3.4): no CompareTo, it would lie.</summary>
/// <remarks>Order is defined between points less than 2^31 apart. At exactly 2^31 each is before the other, so callers first
/// check with <see cref="IsInWindow"/> that a number from the wire is near.</remarks>
public readonly record struct SequenceNumber(uint Value)
{
    public static SequenceNumber operator +(SequenceNumber start, uint bytes) => new(unchecked(start.Value + bytes));

    public static SequenceNumber operator -(SequenceNumber start, uint bytes) => new(unchecked(start.Value - bytes));

    /// <summary>The signed distance from <paramref name="right"/> to <paramref name="left"/>: positive if left comes after right.</summary>
    public static int operator -(SequenceNumber left, SequenceNumber right) => unchecked((int)(left.Value - right.Value));

    public static SequenceNumber Min(SequenceNumber first, SequenceNumber second) => second.IsBefore(first) ? second : first;

    public static SequenceNumber Max(SequenceNumber first, SequenceNumber second) => second.IsAfter(first) ? second : first;

    public bool IsBefore(SequenceNumber other) => unchecked((int)(Value - other.Value)) < 0;

    public bool IsAfter(SequenceNumber other) => unchecked((int)(other.Value - Value)) < 0;

    public bool IsAtOrBefore(SequenceNumber other) => !IsAfter(other);

    public bool IsAtOrAfter(SequenceNumber other) => !IsBefore(other);

    /// <summary>True for start &lt;= this &lt; start + bytes, for any window up to 2^32-1 bytes.</summary>
    public bool IsInWindow(SequenceNumber start, uint bytes) => unchecked(Value - start.Value) < bytes;

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
