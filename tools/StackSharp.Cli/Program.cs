using System.CommandLine;
using System.CommandLine.Invocation;
using System.Threading.Tasks;
using StackSharp.Cli.Commands;
using StackSharp.Cli.Output;
using StackSharp.Cli.Session;

namespace StackSharp.Cli;

internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        RootCommand root = new("StackSharp: a TCP/IP stack in a process of its own.")
        {
            DemoCommand.Create(),
            BenchCommand.Create(),
            ServeCommand.Create(),
            GetCommand.Create(),
            PutCommand.Create(),
            PingCommand.Create(),
            NcCommand.Create(),
            Iperf3Command.Create(),
            NetstatCommand.Create(),
            ReplayCommand.Create(),
            LinkCommand.Create(),
        };
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Action is ParseErrorAction || parsed.Errors.Count > 0) return ReportUsage(parsed, parsed.Errors.Select(error => error.Message));

        using Termination termination = new();
        InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            return await parsed.InvokeAsync(configuration, termination.Token);
        }
        catch (UsageFailure failure)
        {
            return ReportUsage(parsed, [failure.Message]);
        }
        catch (Exception failure) when (FailureText.Describe(failure, termination.Token) is string text)
        {
            await Console.Error.WriteLineAsync($"stacksharp: {text}");
            return ExitCode.Failed;
        }
    }

    private static int ReportUsage(ParseResult parsed, IEnumerable<string> faults)
    {
        foreach (string fault in faults) Console.Error.WriteLine($"stacksharp: {fault}");
        Command command = parsed.CommandResult.Command;
        string name = command is RootCommand ? "stacksharp" : $"stacksharp {command.Name}";
        Console.Error.WriteLine($"Try '{name} --help'.");
        return ExitCode.Usage;
    }
}
