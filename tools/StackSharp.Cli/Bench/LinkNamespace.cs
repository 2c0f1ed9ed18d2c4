using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using StackSharp.Cli.Output;
using StackSharp.Cli.Session;

namespace StackSharp.Cli.Bench;

/// <summary>A network namespace of our own (Linux, root), made and deleted with iproute2, and with it the interfaces in it.</summary>
internal sealed class LinkNamespace : IDisposable
{
    private const string ReuseTimeWait = "/proc/sys/net/ipv4/tcp_tw_reuse";
    private const string PortRange = "/proc/sys/net/ipv4/ip_local_port_range";
    private static int _count;

    private LinkNamespace(string name) => Name = name;

    /// <summary>As <c>ip netns</c> knows it: stacksharp-bench-PROCESS-NUMBER.</summary>
    public string Name { get; }

    /// <summary>Null: namespaces can be made. Else why not.</summary>
    public static string? Obstacle =>
        !OperatingSystem.IsLinux() ? "needs Linux" : !Environment.IsPrivilegedProcess ? "needs root, to make a network namespace" : null;

    /// <exception cref="CommandFailure">The namespace cannot be made.</exception>
    public static LinkNamespace Create()
    {
        if (Obstacle is { } reason) throw new CommandFailure(reason);
        LinkNamespace created = new(string.Create(CultureInfo.InvariantCulture, $"stacksharp-bench-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}"));
        RunIp("netns", "add", created.Name);
        try
        {
            created.Ip("link", "set", "lo", "up");
            created.Run(AllowManyConnections);
            return created;
        }
        catch
        {
            created.Dispose();
            throw;
        }
    }

    /// <summary>Runs ip in here.</summary>
    /// <exception cref="CommandFailure">It failed: the message is ip's.</exception>
    public void Ip(params string[] arguments) => RunIp(["-n", Name, .. arguments]);

    /// <summary>Moves the calling thread in here, for good: its sockets and devices are made here.</summary>
    /// <exception cref="CommandFailure">The kernel refuses.</exception>
    public void EnterThread() => NamespaceEntry.EnterThread(Name);

    /// <summary>Runs something in here, on a thread of its own; its exception is the caller's.</summary>
    public void Run(Action body) => NamespaceEntry.Run(Name, body);

    public void Dispose() => RunIp("netns", "delete", Name);

    // Each connection that the client closes leaves its port in TIME-WAIT for a minute.
    private static void AllowManyConnections()
    {
        File.WriteAllText(PortRange, "1024 65535");
        File.WriteAllText(ReuseTimeWait, "1");
    }

    private static void RunIp(params string[] arguments)
    {
        ProcessStartInfo start = new("ip", arguments) { RedirectStandardError = true, RedirectStandardInput = true };
        try
        {
            using Process process = Process.Start(start)!;
            string errors = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            if (process.ExitCode != 0) throw new CommandFailure($"ip {string.Join(' ', arguments)}: {errors}");
        }
        catch (Win32Exception missing)
        {
            throw new CommandFailure("needs the program ip; install iproute2", missing);
        }
    }
}
