using System.Diagnostics;

namespace StackSharp.Tests.TestKit.Interop;

/// <summary>A program that runs beside a test; ended by its own process id, at the latest when it is disposed.</summary>
public sealed class BackgroundProcess : IDisposable
{
    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly string _command;
    private readonly object _changed = new();
    private readonly List<string> _lines = [];
    private int _openStreams = 2;

    private BackgroundProcess(Process process, string command) => (_process, _command) = (process, command);

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What it printed so far on both streams, line by line.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_changed) return [.. _lines];
        }
    }

    public static BackgroundProcess Start(string program, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string command = $"{program} {string.Join(' ', start.ArgumentList)}";
        Process process = Process.Start(start) ?? throw new InteropException($"'{command}' did not start");
        process.StandardInput.Close();   // Nothing waits for a person.
        BackgroundProcess running = new(process, command);
        process.OutputDataReceived += (_, line) => running.OnLine(line.Data);
        process.ErrorDataReceived += (_, line) => running.OnLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return running;
    }

    /// <summary>Waits until a line says what is asked for, looking at earlier lines first.</summary>
    /// <exception cref="InteropException">It ended or fell silent before: with what it printed.</exception>
    public string WaitForLine(Predicate<string> wanted, TimeSpan timeout)
    {
        long deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        lock (_changed)
        {
            for (int next = 0; ; next++)
            {
                while (next == _lines.Count)
                {
                    if (_openStreams == 0) throw Failure("ended without the line that was waited for");
                    long left = deadline - Environment.TickCount64;
                    if (left <= 0 || !Monitor.Wait(_changed, (int)left)) throw Failure($"did not print the line that was waited for in {timeout}");
                }
                if (wanted(_lines[next])) return _lines[next];
            }
        }
    }

    /// <summary>Waits for the program to end by itself.</summary>
    /// <returns>Its exit code.</returns>
    public int WaitForExit(TimeSpan timeout)
    {
        if (!_process.WaitForExit(timeout)) throw Failure($"did not end in {timeout}");
        _process.WaitForExit();   // Now for the rest of its output.
        return _process.ExitCode;
    }

    /// <summary>Sends a signal, SIGTERM unless another is given, and waits for the end.</summary>
    /// <returns>Its exit code; above 128 when the signal killed it.</returns>
    public int Stop(int signal = Signals.Terminate)
    {
        if (!_process.HasExited) Signals.Send(_process.Id, signal);
        return WaitForExit(GracePeriod);
    }

    public void Dispose()
    {
        try
        {
            if (!_process.HasExited) Signals.Send(_process.Id, Signals.Terminate);
            if (!_process.WaitForExit(GracePeriod)) _process.Kill(entireProcessTree: true);
            _process.WaitForExit(GracePeriod);
        }
        finally
        {
            _process.Dispose();
        }
    }

    private void OnLine(string? line)
    {
        lock (_changed)
        {
            if (line is null) _openStreams--;
            else _lines.Add(line);
            Monitor.PulseAll(_changed);
        }
    }

    private InteropException Failure(string problem) => new($"'{_command}' {problem}. It printed:{Environment.NewLine}{string.Join(Environment.NewLine, Lines)}");
}
