using System.CommandLine;

namespace StackSharp.Cli.Services;

/// <summary>How echo, discard and chargen are written: what each costs can be measured.</summary>
internal enum ServiceStyle
{
    /// <summary>Asynchronous, going on right on the stack's receive thread.</summary>
    Inline,

    /// <summary>Asynchronous, going on in the thread pool.</summary>
    Pool,

    /// <summary>Winsock calls that wait, on a thread for each connection.</summary>
    Blocking,
}

/// <summary>Styles on the command line.</summary>
internal static class ServiceStyles
{
    /// <summary>As in <c>--completions</c>.</summary>
    public static string NameOf(ServiceStyle style) => style.ToString().ToLowerInvariant();

    /// <summary>An option whose values are the styles; inline if it is not given.</summary>
    public static Option<string> CreateOption(string subject)
    {
        Option<string> option = new("--completions")
        {
            Description = $"How {subject} are written: inline goes on on the stack's receive thread after each call, pool in the thread pool; blocking makes "
                + "Winsock calls that wait, with a thread for each connection.",
            HelpName = "inline|pool|blocking",
            DefaultValueFactory = _ => NameOf(ServiceStyle.Inline),
        };
        option.AcceptOnlyFromAmong([.. Enum.GetValues<ServiceStyle>().Select(NameOf)]);
        return option;
    }

    /// <summary>What the option says.</summary>
    public static ServiceStyle Read(ParseResult parsed, Option<string> option) => Enum.Parse<ServiceStyle>(parsed.GetRequiredValue(option), ignoreCase: true);
}
