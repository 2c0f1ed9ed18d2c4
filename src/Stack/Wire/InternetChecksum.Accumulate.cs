using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace StackSharp.Stack.Wire;

/// <summary>Adding up at the machine's width. Each 64-bit lane is split into its 32-bit halves, which go to accumulators of
/// their own: 2^32 additions fit before one could overflow, so nothing is folded inside the loop.</summary>
public static partial class InternetChecksum
{
    /// <summary>The sum of the bytes as 16-bit words in the machine's own order, not yet folded.</summary>
    private static ulong Accumulate(ReadOnlySpan<byte> bytes)
    {
        if (Vector512.IsHardwareAccelerated && bytes.Length >= 2 * Vector512<byte>.Count) return Accumulate512(bytes);
        if (Vector256.IsHardwareAccelerated && bytes.Length >= 2 * Vector256<byte>.Count) return Accumulate256(bytes);
        if (Vector128.IsHardwareAccelerated && bytes.Length >= 2 * Vector128<byte>.Count) return Accumulate128(bytes);
        return AccumulateScalar(bytes);
    }

    internal static ulong Accumulate512(ReadOnlySpan<byte> bytes)
    {
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        Vector512<ulong> mask = Vector512.Create((ulong)uint.MaxValue);
        Vector512<ulong> low0 = default, high0 = default, low1 = default, high1 = default;
        int offset = 0;
        for (; offset <= bytes.Length - (2 * Vector512<byte>.Count); offset += 2 * Vector512<byte>.Count)
        {
            Vector512<ulong> first = Vector512.LoadUnsafe(ref start, (nuint)offset).AsUInt64();
            Vector512<ulong> second = Vector512.LoadUnsafe(ref start, (nuint)(offset + Vector512<byte>.Count)).AsUInt64();
            low0 += first & mask;
            high0 += first >>> 32;
            low1 += second & mask;
            high1 += second >>> 32;
        }

        return Vector512.Sum(low0 + high0 + low1 + high1) + Accumulate128(bytes[offset..]);
    }

    internal static ulong Accumulate256(ReadOnlySpan<byte> bytes)
    {
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        Vector256<ulong> mask = Vector256.Create((ulong)uint.MaxValue);
        Vector256<ulong> low0 = default, high0 = default, low1 = default, high1 = default;
        int offset = 0;
        for (; offset <= bytes.Length - (2 * Vector256<byte>.Count); offset += 2 * Vector256<byte>.Count)
        {
            Vector256<ulong> first = Vector256.LoadUnsafe(ref start, (nuint)offset).AsUInt64();
            Vector256<ulong> second = Vector256.LoadUnsafe(ref start, (nuint)(offset + Vector256<byte>.Count)).AsUInt64();
            low0 += first & mask;
            high0 += first >>> 32;
            low1 += second & mask;
            high1 += second >>> 32;
        }

        return Vector256.Sum(low0 + high0 + low1 + high1) + Accumulate128(bytes[offset..]);
    }

    internal static ulong Accumulate128(ReadOnlySpan<byte> bytes)
    {
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        Vector128<ulong> mask = Vector128.Create((ulong)uint.MaxValue);
        Vector128<ulong> low0 = default, high0 = default, low1 = default, high1 = default;
        int offset = 0;
        for (; offset <= bytes.Length - (2 * Vector128<byte>.Count); offset += 2 * Vector128<byte>.Count)
        {
            Vector128<ulong> first = Vector128.LoadUnsafe(ref start, (nuint)offset).AsUInt64();
            Vector128<ulong> second = Vector128.LoadUnsafe(ref start, (nuint)(offset + Vector128<byte>.Count)).AsUInt64();
            low0 += first & mask;
            high0 += first >>> 32;
            low1 += second & mask;
            high1 += second >>> 32;
        }

        return Vector128.Sum(low0 + high0 + low1 + high1) + AccumulateScalar(bytes[offset..]);
    }

    internal static ulong AccumulateScalar(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        while (bytes.Length >= sizeof(ulong))
        {
            ulong words = MemoryMarshal.Read<ulong>(bytes);
            sum += (words >> 32) + (uint)words;
            bytes = bytes[sizeof(ulong)..];
        }

        if ((bytes.Length & sizeof(uint)) != 0)
        {
            sum += MemoryMarshal.Read<uint>(bytes);
            bytes = bytes[sizeof(uint)..];
        }

        if ((bytes.Length & sizeof(ushort)) != 0)
        {
            sum += MemoryMarshal.Read<ushort>(bytes);
            bytes = bytes[sizeof(ushort)..];
        }

        if (bytes.IsEmpty) return sum;
        return sum + (BitConverter.IsLittleEndian ? bytes[0] : (ulong)bytes[0] << 8);
    }
}
