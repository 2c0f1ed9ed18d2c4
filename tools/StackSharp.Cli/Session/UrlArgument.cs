using System.CommandLine;

namespace StackSharp.Cli.Session;

/// <summary>The URL argument of <c>get</c> and <c>put</c>.</summary>
internal static class UrlArgument
{
    public static Argument<Uri> Create() => new("URL")
    {
        Description = "http://HOST[:PORT]/PATH",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https") return url;
            result.AddError($"{text}: not a URL that begins with http:// or https://.");
            return null;
        },
    };
}
