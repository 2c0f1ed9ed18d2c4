using System.Diagnostics;
using System.Threading.Tasks;

namespace StackSharp.Tests.TestKit.Interop;

/// <summary>Runs a program to its end.</summary>
public static class Command
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    /// <exception cref="InteropException">It took longer than the timeout; it is killed then, with what it started.</exception>
    public static CommandResult Run(TimeSpan timeout, string program, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string command = $"{program} {string.Join(' ', start.ArgumentList)}";
        using Process process = Process.Start(start) ?? throw new InteropException($"'{command}' did not start");
        process.StandardInput.Close();
        // Both at once, or a program that fills one pipe while the other is read would wait for ever.
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errorOutput = process.StandardError.ReadToEndAsync();
        bool ended = process.WaitForExit(timeout);
        if (!ended)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
        CommandResult result = new(command, process.ExitCode, output.GetAwaiter().GetResult(), errorOutput.GetAwaiter().GetResult());
        return ended ? result : throw new InteropException($"killed after {timeout}: {result}");
    }
}
