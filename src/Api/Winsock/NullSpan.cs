using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StackSharp.Winsock;

/// <summary>A span without memory stands for C's NULL; an empty one over memory does not.</summary>
internal static class NullSpan
{
    public static bool IsNull(ReadOnlySpan<byte> span) => Unsafe.IsNullRef(ref MemoryMarshal.GetReference(span));
}
