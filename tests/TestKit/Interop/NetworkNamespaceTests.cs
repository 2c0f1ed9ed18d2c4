using System.Diagnostics;
using System.Globalization;
using System.IO;
using Xunit;

namespace StackSharp.Tests.TestKit.Interop;

[Collection(InteropCollection.Name)]
public sealed class NetworkNamespaceTests
{
    [Fact]
    public void Two_namespaces_joined_by_a_cable_reach_each_other()
    {
        Requirement.Namespaces();
        Requirement.Program("ping");
        using NetworkNamespace here = NetworkNamespace.Create();
        using NetworkNamespace there = NetworkNamespace.Create();
        here.Connect("eth0", there, "eth0");
        here.AddAddress("eth0", "198.18.0.1/24");
        there.AddAddress("eth0", "198.18.0.2/24");
        CommandResult ping = here.Run("ping", "-c", "3", "-i", "0.05", "-W", "5", "198.18.0.2");
        Assert.Contains(" 0% packet loss", ping.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_reached_without_a_cable()
    {
        Requirement.Namespaces();
        Requirement.Program("ping");
        using NetworkNamespace alone = NetworkNamespace.Create();
        CommandResult ping = alone.TryRun(Command.DefaultTimeout, "ping", "-c", "1", "-W", "1", "198.18.0.2");
        Assert.NotEqual(0, ping.ExitCode);
        Assert.Throws<InteropException>(ping.MustSucceed);
    }

    [Fact]
    public void Disposing_takes_namespace_devices_and_programs_away()
    {
        Requirement.Tap();
        Requirement.Program("sleep");
        string name;
        int processId;
        int orphanId;
        using (NetworkNamespace place = NetworkNamespace.Create())
        {
            name = place.Name;
            place.AddTap("tap0");
            place.AddAddress("tap0", "198.18.1.1/24");
            place.AddAddress("tap0", "fd00:198:18::1/64");
            Assert.Contains("198.18.1.1/24", place.Run("ip", "address", "show", "dev", "tap0").Output, StringComparison.Ordinal);
            BackgroundProcess process = place.Start("sleep", "1000");
            processId = process.ProcessId;
            Assert.False(process.HasExited);
            BackgroundProcess parent = place.Start("sh", "-c", "setsid sleep 1000 & echo $!");
            orphanId = int.Parse(parent.WaitForLine(line => line.Length > 0, Command.DefaultTimeout), CultureInfo.InvariantCulture);
        }
        Assert.True(SpinWait.SpinUntil(() => IsGone(orphanId), Command.DefaultTimeout));
        Assert.False(File.Exists($"/run/netns/{name}"));
        Assert.True(IsGone(processId));
    }

    [Fact]
    public void Addresses_outside_the_benchmarking_range_are_refused()
    {
        Requirement.Namespaces();
        using NetworkNamespace place = NetworkNamespace.Create();
        Assert.Throws<ArgumentException>(() => place.AddAddress("lo", "192.0.2.1/24"));
    }

    [Fact]
    public void A_program_that_hangs_is_killed_in_time()
    {
        Requirement.Namespaces();
        Requirement.Program("sleep");
        using NetworkNamespace place = NetworkNamespace.Create();
        long start = Stopwatch.GetTimestamp();
        Assert.Throws<InteropException>(() => place.TryRun(TimeSpan.FromMilliseconds(300), "sleep", "1000"));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.3, 30);
    }

    [Fact]
    public void Lines_of_a_running_program_are_seen_and_a_signal_ends_it()
    {
        Requirement.Namespaces();
        Requirement.Program("sh");
        using NetworkNamespace place = NetworkNamespace.Create();
        BackgroundProcess process = place.Start("sh", "-c", "trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.05; done");
        Assert.Equal("ready", process.WaitForLine(line => line == "ready", Command.DefaultTimeout));
        Assert.Equal(7, process.Stop());
        Assert.Equal(["ready", "bye"], process.Lines);
    }

    [Fact]
    public void A_program_that_ends_without_the_line_is_not_waited_for()
    {
        Requirement.Namespaces();
        Requirement.Program("sh");
        using NetworkNamespace place = NetworkNamespace.Create();
        BackgroundProcess process = place.Start("sh", "-c", "echo no luck >&2; exit 3");
        InteropException error = Assert.Throws<InteropException>(() => process.WaitForLine(line => line == "ready", Command.DefaultTimeout));
        Assert.Contains("no luck", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, process.WaitForExit(Command.DefaultTimeout));
    }

    [Fact]
    public void The_command_line_program_runs_in_a_namespace()
    {
        Requirement.Namespaces();
        using NetworkNamespace place = NetworkNamespace.Create();
        CommandResult result = CliProcess.Run(place, CliProcess.StartTimeout, "--help");
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    /// <summary>Whoever adopts an orphan may take a while to collect it: dead and listed still is dead.</summary>
    private static bool IsGone(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)   // No such file, or no such process in the middle of reading.
        {
            return true;
        }
    }
}
