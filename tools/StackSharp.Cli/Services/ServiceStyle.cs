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
    private static readonly string Names = string.Join('|', Enum.GetValues<ServiceStyle>().Select(NameOf));

    /// <summary>As in <c>--completions</c>.</summary>
    public static string NameOf(ServiceStyle style) => style.ToString().ToLowerInvariant();

    /// <summary>An option whose values are the styles; inline if it is not given.</summary>
    public static Option<ServiceStyle> CreateOption(string subject) => new("--completions")
    {
        Description = $"How {subject} are written: inline goes on on the stack's receive thread after each call, pool in the thread pool; blocking makes "
            + "Winsock calls that wait, with a thread for each connection. Default inline.",
        HelpName = Names,
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            foreach (ServiceStyle style in Enum.GetValues<ServiceStyle>())
            {
                if (NameOf(style) == text) return style;
            }

            result.AddError($"--completions {text}: not one of {Names}.");
            return default;
        },
    };
}
