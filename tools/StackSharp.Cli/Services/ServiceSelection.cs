using System.IO;

namespace StackSharp.Cli.Services;

/// <summary>What <c>--services</c> asks for.</summary>
/// <param name="HttpFolder">The folder behind the HTTP server; null: no HTTP server.</param>
internal sealed record ServiceSelection(bool Echo, bool Discard, bool Chargen, bool Daytime, bool Iperf3, string? HttpFolder)
{
    private const string HttpPrefix = "http=";

    /// <summary>Reads "echo,discard,chargen,daytime,iperf3,http=DIR". DIR reaches to the end or the next comma.</summary>
    /// <param name="error">What is wrong with it.</param>
    public static bool TryParse(string text, out ServiceSelection selection, out string error)
    {
        selection = new ServiceSelection(false, false, false, false, false, null);
        error = "";
        foreach (string name in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            switch (name)
            {
                case "echo": selection = selection with { Echo = true }; break;
                case "discard": selection = selection with { Discard = true }; break;
                case "chargen": selection = selection with { Chargen = true }; break;
                case "daytime": selection = selection with { Daytime = true }; break;
                case "iperf3": selection = selection with { Iperf3 = true }; break;
                case var http when http.StartsWith(HttpPrefix, StringComparison.Ordinal):
                    string folder = http[HttpPrefix.Length..];
                    if (!Directory.Exists(folder)) error = $"no folder '{folder}' to serve.";
                    selection = selection with { HttpFolder = folder };
                    break;
                default:
                    error = $"no service '{name}'; there are echo, discard, chargen, daytime, iperf3 and http=DIR.";
                    break;
            }
        }

        return error.Length == 0;
    }
}
