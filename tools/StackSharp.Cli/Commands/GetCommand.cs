using System.CommandLine;
using StackSharp.Cli.Output;
using StackSharp.Cli.Session;
using StackSharp.Cli.Web;

namespace StackSharp.Cli.Commands;

/// <summary><c>get</c>: downloads a URL over the stack.</summary>
internal static class GetCommand
{
    public static Command Create()
    {
        Argument<Uri> url = UrlArgument.Create();
        Option<string> output = new("-o", "--output") { Description = "Where to store it; - is standard output, the default.", HelpName = "FILE", DefaultValueFactory = _ => "-" };
        Option<bool> hash = OptionFactory.Flag("--sha256", "Compute the SHA-256 of what arrives.");
        Option<bool> json = OptionFactory.Flag("--json", "Print what was done as JSON, on standard error if the body goes to standard output.");
        DeviceOptions device = new();
        Command command = new("get", "Download a URL with HttpClient over the stack.") { url, output, hash, json };
        device.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string file = parsed.GetRequiredValue(output);
            await using HttpSession session = await HttpSession.OpenAsync(device.Read(parsed), parsed.GetRequiredValue(url), cancellationToken);
            bool asJson = parsed.GetValue(json);
            TransferReport report = await Downloads.RunAsync(session.Client, session.Url, file, hash: asJson || parsed.GetValue(hash), cancellationToken);
            report.Print(file == "-" ? Console.Error : Console.Out, asJson);
            return ExitCode.Ok;
        });
        return command;
    }
}
