using System.Runtime.InteropServices;
using System.Text;

namespace StackSharp.Packetdrill.Native;

/// <summary>The C library's functions that the adapter needs.</summary>
internal static unsafe partial class LibC
{
    public const int ProtectRead = 1;
    public const int ProtectWrite = 2;
    private const int CloseOnExec = 0x80000;
    private const int StandardError = 2;

    /// <summary>A descriptor of the kernel's that is good for nothing but its number: the tool closes those that scripts leave open.</summary>
    public static int NewDescriptor() => EventDescriptor(0, CloseOnExec);

    /// <summary>Says something on stderr. System.Console would take charge of the terminal, which is the tool's.</summary>
    public static void Say(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes($"stacksharp: {text}\n");
        fixed (byte* start = bytes) Write(StandardError, start, (nuint)bytes.Length);
    }

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int descriptor, int level, int name, byte* value, uint* length);

    [LibraryImport("libc", EntryPoint = "getauxval")]
    public static partial nuint AuxiliaryValue(nuint type);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    public static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "eventfd")]
    private static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte* bytes, nuint length);
}
