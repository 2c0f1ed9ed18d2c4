using System.IO;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using StackSharp.Cli.Output;

namespace StackSharp.Cli.Session;

/// <summary>Ways into a network namespace that iproute2 knows by name (Linux, root). A namespace belongs to a thread: what the thread opens is in it
/// and stays in it, whichever thread uses it afterwards.</summary>
internal static partial class NamespaceEntry
{
    private const string Folder = "/run/netns";
    private const int NewNetwork = 0x4000_0000;   // CLONE_NEWNET

    /// <summary>Moves the calling thread in, for good: its sockets and devices are made there.</summary>
    /// <exception cref="CommandFailure">There is no such namespace, or the kernel refuses.</exception>
    public static void EnterThread(string name)
    {
        if (!OperatingSystem.IsLinux()) throw new CommandFailure($"cannot enter the namespace {name}: needs Linux");
        string path = Path.Combine(Folder, name);
        if (!File.Exists(path)) throw new CommandFailure($"there is no namespace {name}: list them with ip netns");
        using SafeFileHandle handle = File.OpenHandle(path);
        if (SetNamespace(handle, NewNetwork) != 0)
            throw new CommandFailure($"cannot enter the namespace {name}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

    /// <summary>Runs something inside, on a thread of its own; its exception is the caller's.</summary>
    public static void Run(string name, Action body)
    {
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                EnterThread(name);
                body();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle descriptor, int kind);
}
