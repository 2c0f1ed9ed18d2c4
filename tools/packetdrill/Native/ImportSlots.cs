using System.Runtime.InteropServices;

namespace StackSharp.Packetdrill.Native;

/// <summary>Points calls that the running program makes to a shared library's function somewhere else: its own import slot is overwritten
/// (ELF, 64 bits). Other libraries, the runtime among them, are not affected.</summary>
internal static unsafe class ImportSlots
{
    private const nuint HeadersAddress = 3;
    private const nuint HeaderSize = 4;
    private const nuint HeaderCount = 5;
    private const uint SegmentDynamic = 2;
    private const uint SegmentHeaders = 6;
    private const uint RelocationGlobalData = 6;
    private const uint RelocationJumpSlot = 7;
    private const int RelocationBytes = 24;
    private const int SymbolBytes = 24;

    private enum DynamicTag : long
    {
        End = 0,
        JumpRelocationsSize = 2,
        Strings = 5,
        Symbols = 6,
        Relocations = 7,
        RelocationsSize = 8,
        JumpRelocations = 23,
    }

    /// <summary>Redirects every slot of one function.</summary>
    /// <returns>Slots found; 0: the program does not import it, or not by a table as it is on x86-64.</returns>
    public static int Redirect(string function, nint target)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64) return 0;
        Program program = FindProgram();
        return program.Symbols == 0 ? 0
            : Redirect(program, program.JumpRelocations, program.JumpRelocationsSize, function, target)
            + Redirect(program, program.Relocations, program.RelocationsSize, function, target);
    }

    private static int Redirect(in Program program, nint table, nint size, string function, nint target)
    {
        int found = 0;
        for (nint entry = table; entry < table + size; entry += RelocationBytes)
        {
            ulong info = *(ulong*)(entry + 8);
            if ((uint)info is not (RelocationJumpSlot or RelocationGlobalData)) continue;
            uint name = *(uint*)(program.Symbols + (nint)((info >> 32) * SymbolBytes));
            if (Marshal.PtrToStringUTF8(program.Strings + (nint)name) != function) continue;
            Store(program.Bias + *(nint*)entry, target);
            found++;
        }
        return found;
    }

    // The slots are read-only once the program has been linked in full.
    private static void Store(nint slot, nint target)
    {
        nint page = Environment.SystemPageSize;
        nint first = slot & ~(page - 1);
        nuint length = (nuint)(((slot + sizeof(nint) + page - 1) & ~(page - 1)) - first);
        if (LibC.Protect(first, length, LibC.ProtectRead | LibC.ProtectWrite) != 0)
            throw new InvalidOperationException($"The import slot cannot be made writable: errno {Marshal.GetLastPInvokeError()}.");
        *(nint*)slot = target;
    }

    private static Program FindProgram()
    {
        nint headers = (nint)LibC.AuxiliaryValue(HeadersAddress);
        nint size = (nint)LibC.AuxiliaryValue(HeaderSize);
        int count = (int)LibC.AuxiliaryValue(HeaderCount);
        nint bias = 0, dynamic = 0;
        for (int i = 0; i < count; i++)
        {
            nint header = headers + i * size;
            nint address = *(nint*)(header + 16);
            if (*(uint*)header == SegmentHeaders) bias = headers - address;
            if (*(uint*)header == SegmentDynamic) dynamic = address;
        }
        return dynamic == 0 ? default : ReadDynamic(bias, bias + dynamic);
    }

    private static Program ReadDynamic(nint bias, nint entry)
    {
        Program program = new() { Bias = bias };
        for (; *(long*)entry != (long)DynamicTag.End; entry += 16)
        {
            nint value = *(nint*)(entry + 8);
            program = (DynamicTag)(*(long*)entry) switch
            {
                DynamicTag.Strings => program with { Strings = value },
                DynamicTag.Symbols => program with { Symbols = value },
                DynamicTag.JumpRelocations => program with { JumpRelocations = value },
                DynamicTag.JumpRelocationsSize => program with { JumpRelocationsSize = value },
                DynamicTag.Relocations => program with { Relocations = value },
                DynamicTag.RelocationsSize => program with { RelocationsSize = value },
                _ => program,
            };
        }
        return program;
    }

    private readonly record struct Program(
        nint Bias, nint Strings, nint Symbols, nint JumpRelocations, nint JumpRelocationsSize, nint Relocations, nint RelocationsSize);
}
