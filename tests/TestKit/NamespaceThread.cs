using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Xunit;

namespace StackSharp.Tests.TestKit;

/// <summary>Runs a test in a network namespace of its own (Linux, root): what it sets up there vanishes with it.</summary>
/// <remarks>For a stack in this process; <see cref="Interop.NetworkNamespace"/> is for programs. A namespace belongs to a thread:
/// devices and programs started from the body are in it, other threads are not.</remarks>
public static partial class NamespaceThread
{
    private const int NewNetwork = 0x4000_0000;

    /// <summary>Root on Linux: without it, tests that need a namespace are skipped.</summary>
    public static bool IsAvailable { get; } = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    /// <summary>Runs the body on a new thread in a new namespace; a failure in it fails the caller.</summary>
    public static void Run(Action body)
    {
        Assert.SkipUnless(IsAvailable, "Needs root on Linux, for a network namespace.");
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                if (Unshare(NewNetwork) != 0) throw new InvalidOperationException($"unshare: errno {Marshal.GetLastSystemError()}");
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

    /// <summary>Runs a program in the thread's namespace until it ends, and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It ended with another exit code than 0.</exception>
    public static string Execute(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string errors = "";
        process.ErrorDataReceived += (_, line) => errors += line.Data + "\n";
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == 0) return output;
        throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}{errors}");
    }

    [LibraryImport("libc", EntryPoint = "unshare")]
    private static partial int Unshare(int flags);
}
