using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Cli;

/// <summary>What the program says and returns when the command line or the machine is at fault.</summary>
public sealed class CommandLineTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("")]
    [InlineData("fly")]
    [InlineData("demo --rtt soon")]
    [InlineData("demo --loss 100")]
    [InlineData("ping")]
    [InlineData("ping 198.18.0.1 --device tap:x --address 198.18.0.99")]
    [InlineData("serve --device tap:x --address 198.18.0.99/16 --services gopher")]
    [InlineData("get ftp://198.18.0.1/ --device tap:x --address 198.18.0.99/16")]
    [InlineData("nc -l 198.18.0.1 7 --device tap:x --address 198.18.0.99/16")]
    [InlineData("iperf3 -c 198.18.0.1 --bidir --device tap:x --address 198.18.0.99/16")]
    [InlineData("iperf3 -c 198.18.0.1 -t 5 -n 5M --device tap:x --address 198.18.0.99/16")]
    [InlineData("replay /no/such/file --address 198.18.0.99/16")]
    [InlineData("demo --loss soon")]
    [InlineData("demo --seed soon")]
    [InlineData("ping 198.18.0.1 -c soon --device tap:x --address 198.18.0.99/16")]
    [InlineData("ping 198.18.0.1 -s soon --device tap:x --address 198.18.0.99/16")]
    [InlineData("ping 198.18.0.1 -s 65508 --device tap:x --address 198.18.0.99/16")]
    [InlineData("serve --queues soon --device tap:x --address 198.18.0.99/16")]
    [InlineData("serve --queues 0 --device tap:x --address 198.18.0.99/16")]
    [InlineData("serve --completions soon --device tap:x --address 198.18.0.99/16")]
    [InlineData("serve --congestion vegas --device tap:x --address 198.18.0.99/16")]
    [InlineData("iperf3 -c 198.18.0.1 -p soon --device tap:x --address 198.18.0.99/16")]
    [InlineData("iperf3 -c 198.18.0.1 -l soon --device tap:x --address 198.18.0.99/16")]
    [InlineData("iperf3 -c 198.18.0.1 -l 0 --device tap:x --address 198.18.0.99/16")]
    [InlineData("replay {capture} --address 198.18.0.99/16 --listen 80 99999")]
    [InlineData("link --a tap:x")]
    [InlineData("link --a tap:x --b tap:y --rate fast")]
    [InlineData("link --a tap:x --b tap:y --rate 0")]
    [InlineData("link --a tap:x --b tap:y --loss 101")]
    [InlineData("link --a tap:x --b tap:y --loss-ab some")]
    [InlineData("link --a tap:x --b tap:y --delay soon")]
    [InlineData("link --a tap:x --b tap:y --burst-loss 1")]
    [InlineData("link --a tap:x --b tap:y --burst-loss 1%,0.5")]
    [InlineData("link --a tap:x --b tap:y --reorder 5%")]
    [InlineData("link --a tap:x --b tap:y --queue 64K")]
    [InlineData("link --a tap:x --b tap:y --queue 1bdp --rate 1M")]
    [InlineData("link --a tap:x --b tap:y --queue 10bdp --rate 10G --delay 10s")]
    [InlineData("link --a tap:x --b tap:y --ecn-queue 64K")]
    [InlineData("link --a tap:x --b tap:y --mtu 67")]
    [InlineData("link --a tap:x --b tap:y --seed soon")]
    public void A_command_line_without_sense_ends_with_2_and_points_to_the_help(string arguments)
    {
        CommandResult result = Run(arguments.Replace("{capture}", Repository.PathOf("pcaps/icmp/kernel-ping-over-veth.pcap"), StringComparison.Ordinal));
        Assert.Equal(2, result.ExitCode);
        string[] lines = result.ErrorOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines[..^1], line => Assert.StartsWith("stacksharp: ", line, StringComparison.Ordinal));
        Assert.Contains("--help", lines[^1], StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData("netstat --control /no/such/socket", "stacksharp serve")]
    [InlineData("ping fd00:198:18::1 --device tap:x --address 198.18.0.99/16", "IPv4")]
    [InlineData("ping 198.18.0.1 --device nonsense:x --address 198.18.0.99/16", "nonsense:x")]
    [InlineData("ping 198.18.0.1 --device tap:x --address 198.18.0.99/16 --gateway 10.0.0.1", "10.0.0.1")]
    [InlineData("link --a loopback --b tap:x", "loopback")]
    [InlineData("link --a tap:x --b tap:x", "tap:x")]
    [InlineData("link --a nonsense:x --b tap:x", "nonsense:x")]
    [InlineData("link --a tap:x --b tap:y --netns-a no-such-place", "no-such-place")]
    public void A_failure_ends_with_1_and_one_line_that_says_what_to_do(string arguments, string expected)
    {
        CommandResult result = Run(arguments);
        Assert.Equal(1, result.ExitCode);
        string line = Assert.Single(result.ErrorOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("stacksharp: ", line, StringComparison.Ordinal);
        Assert.Contains(expected, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "serve")]
    [InlineData("serve --help", "--services")]
    [InlineData("demo --help", "--loss")]
    [InlineData("link --help", "--burst-loss")]
    public void Help_ends_with_0(string arguments, string expected)
    {
        CommandResult result = Run(arguments);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(expected, result.Output, StringComparison.Ordinal);
    }

    private static CommandResult Run(string arguments) =>
        Command.Run(Limit, "dotnet", [CliProcess.Program, .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
}
