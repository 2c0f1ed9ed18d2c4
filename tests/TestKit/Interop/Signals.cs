using System.Runtime.InteropServices;

namespace StackSharp.Tests.TestKit.Interop;

/// <summary>kill(2), for signals that <see cref="System.Diagnostics.Process"/> cannot send.</summary>
internal static partial class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Sends a signal to one process of ours; that it ended meanwhile is no error.</summary>
    public static void Send(int processId, int signal)
    {
        const int NoSuchProcess = 3;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(processId);   // Zero and below would reach whole groups.
        if (SendSignal(processId, signal) == 0) return;
        int error = Marshal.GetLastPInvokeError();
        if (error != NoSuchProcess) throw new InteropException($"kill({processId}, {signal}) failed with errno {error}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);
}
