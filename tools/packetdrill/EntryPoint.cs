using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using StackSharp.Packetdrill.Native;

namespace StackSharp.Packetdrill;

/// <summary>Where the native forwarder enters: once for each script.</summary>
internal static unsafe class EntryPoint
{
    private static Session? _latest;

    /// <summary>Starts a fresh stack, drops what an earlier script of this process has left, and fills the tool's table.</summary>
    /// <param name="flags">The tool's --so_flags, or null.</param>
    /// <param name="table">To be filled.</param>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static void Initialize(byte* flags, InterfaceTable* table)
    {
        try
        {
            _latest?.Dispose();
            _latest = new Session(AdapterFlags.Parse(Marshal.PtrToStringUTF8((nint)flags) ?? ""));
            Callbacks.Fill(table, _latest);
            Redirections.Install(_latest);
        }
#pragma warning disable CA1031 // An exception that gets out of here ends the process without a word.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LibC.Say(exception.ToString());
            Environment.FailFast("The packetdrill adapter cannot start.", exception);
        }
    }
}
