using System.Globalization;
using System.IO;

namespace StackSharp.Tests.TestKit.Interop;

/// <summary>
/// A network namespace of its own for one test, with its loopback up. Disposing ends the programs started in it and deletes
/// it, and with it its devices. Addresses in it come from 198.18.0.0/15 and fd00:198:18::/48 only.
/// </summary>
public sealed class NetworkNamespace : IDisposable
{
    private const string Prefix = "ss";

    private static readonly Lazy<bool> Swept = new(DeleteAbandoned);
    private static int _count;

    private readonly List<BackgroundProcess> _processes = [];

    private NetworkNamespace(string name) => Name = name;

    /// <summary>As <c>ip netns</c> knows it: ss-PROCESS-NUMBER.</summary>
    public string Name { get; }

    public static NetworkNamespace Create()
    {
        _ = Swept.Value;
        string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
        HostIp("netns", "add", name);
        NetworkNamespace created = new(name);
        try
        {
            created.Ip("link", "set", "lo", "up");
            return created;
        }
        catch
        {
            created.Dispose();
            throw;
        }
    }

    /// <summary>Runs a program in here to its end, which must be a success.</summary>
    /// <exception cref="InteropException">It failed, or took longer than <see cref="Command.DefaultTimeout"/>.</exception>
    public CommandResult Run(string program, params IEnumerable<string> arguments) => TryRun(Command.DefaultTimeout, program, arguments).MustSucceed();

    /// <summary>Runs a program in here to its end, whatever that is.</summary>
    public CommandResult TryRun(TimeSpan timeout, string program, params IEnumerable<string> arguments) =>
        Command.Run(timeout, "ip", Inside(program, arguments));

    /// <summary>Starts a program in here that runs until it is stopped, or until this is disposed.</summary>
    public BackgroundProcess Start(string program, params IEnumerable<string> arguments)
    {
        // ip replaces itself by the program, so the process id is the program's own.
        BackgroundProcess process = BackgroundProcess.Start("ip", Inside(program, arguments));
        _processes.Add(process);
        return process;
    }

    /// <summary>Runs ip in here.</summary>
    public void Ip(params IEnumerable<string> arguments) => Command.Run(Command.DefaultTimeout, "ip", ["-n", Name, .. arguments]).MustSucceed();

    /// <summary>Makes a TAP device that outlives the programs that attach to it.</summary>
    public void AddTap(string device)
    {
        Run("ip", "tuntap", "add", "dev", device, "mode", "tap");
        Ip("link", "set", device, "up");
    }

    /// <summary>Gives a device an address, without waiting for the check for duplicates that IPv6 makes.</summary>
    /// <param name="prefix">Address and prefix length: <c>198.18.0.1/24</c>.</param>
    public void AddAddress(string device, string prefix)
    {
        if (!prefix.StartsWith("198.18.", StringComparison.Ordinal) && !prefix.StartsWith("198.19.", StringComparison.Ordinal)
            && !prefix.StartsWith("fd00:198:18:", StringComparison.Ordinal))
        {
            throw new ArgumentException($"{prefix} is not in 198.18.0.0/15 or fd00:198:18::/48, which tests keep to.", nameof(prefix));
        }
        string[] options = prefix.Contains(':', StringComparison.Ordinal) ? ["nodad"] : [];
        Ip(["address", "add", prefix, "dev", device, .. options]);
    }

    /// <summary>Joins two namespaces by a pair of virtual Ethernet devices, both up.</summary>
    public void Connect(string device, NetworkNamespace other, string otherDevice)
    {
        Ip("link", "add", device, "type", "veth", "peer", "name", otherDevice, "netns", other.Name);
        Ip("link", "set", device, "up");
        other.Ip("link", "set", otherDevice, "up");
    }

    public void Dispose()
    {
        try
        {
            foreach (BackgroundProcess process in _processes) process.Dispose();
        }
        finally
        {
            _processes.Clear();
            KillOrphans();
            Delete(Name);
        }
    }

    /// <summary>A daemon's children may outlive it; nothing but this test's programs ever runs in here.</summary>
    private void KillOrphans()
    {
        CommandResult orphans = Command.Run(Command.DefaultTimeout, "ip", "netns", "pids", Name);
        foreach (string processId in orphans.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Signals.Send(int.Parse(processId, CultureInfo.InvariantCulture), Signals.Kill);
    }

    private static void HostIp(params IEnumerable<string> arguments) => Command.Run(Command.DefaultTimeout, "ip", arguments).MustSucceed();

    private IEnumerable<string> Inside(string program, IEnumerable<string> arguments) => ["netns", "exec", Name, program, .. arguments];

    private static void Delete(string name) => HostIp("netns", "delete", name);

    /// <summary>Takes away what test runs left that were killed: namespaces named after a process that is no more.</summary>
    private static bool DeleteAbandoned()
    {
        const string Folder = "/run/netns";
        if (!Directory.Exists(Folder)) return false;
        foreach (string name in Directory.EnumerateFiles(Folder, Prefix + "-*-*").Select(path => Path.GetFileName(path)))
        {
            if (int.TryParse(name.Split('-')[1], CultureInfo.InvariantCulture, out int owner) && !Directory.Exists($"/proc/{owner}")) Delete(name);
        }
        return true;
    }
}
