using System.IO;

namespace StackSharp.Tests.TestKit.Interop;

/// <summary>The stacksharp program, as the build put it beside the tests, run in a network namespace.</summary>
public static class CliProcess
{
    /// <summary>Time that a start may take on a busy machine.</summary>
    public static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private const string ReadyLine = "ready";

    public static string Program => Path.Combine(AppContext.BaseDirectory, "stacksharp.dll");

    /// <summary>Starts a command that serves, and waits until it says that it does. The namespace ends it when disposed.</summary>
    public static BackgroundProcess StartReady(NetworkNamespace place, params IEnumerable<string> arguments)
    {
        BackgroundProcess process = Start(place, arguments);
        process.WaitForLine(line => line == ReadyLine, StartTimeout);
        return process;
    }

    /// <summary>Starts a command and does not wait. The namespace ends it when disposed.</summary>
    public static BackgroundProcess Start(NetworkNamespace place, params IEnumerable<string> arguments) =>
        place.Start(DotnetHost, [Program, .. arguments]);

    /// <summary>Runs a command to its end, whatever that is.</summary>
    public static CommandResult Run(NetworkNamespace place, TimeSpan timeout, params IEnumerable<string> arguments) =>
        place.TryRun(timeout, DotnetHost, [Program, .. arguments]);

    /// <summary>The host that runs these tests, when they run under one; else the one on the path.</summary>
    private static string DotnetHost => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
}
