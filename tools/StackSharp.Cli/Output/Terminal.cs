using System.IO;
using Spectre.Console;

namespace StackSharp.Cli.Output;

/// <summary>Consoles for tables and bars: in colour on a terminal, plain and wide where the output goes elsewhere.</summary>
internal static class Terminal
{
    private const int PlainWidth = 160;

    public static IAnsiConsole Output() => Create(Console.Out, Console.IsOutputRedirected);

    public static IAnsiConsole Error() => Create(Console.Error, Console.IsErrorRedirected);

    private static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (isRedirected) console.Profile.Width = PlainWidth;
        return console;
    }
}
