using System.CommandLine;
using System.IO;
using StackSharp.Cli.Output;
using StackSharp.Cli.Session;
using StackSharp.Cli.Web;

namespace StackSharp.Cli.Commands;

/// <summary><c>put</c>: uploads a file to a URL over the stack.</summary>
internal static class PutCommand
{
    public static Command Create()
    {
        Argument<FileInfo> file = new("FILE") { Description = "The file to upload." };
        file.AcceptExistingOnly();
        Argument<Uri> url = UrlArgument.Create();
        Option<bool> json = OptionFactory.Flag("--json", "Print what was done as JSON.");
        DeviceOptions device = new();
        Command command = new("put", "Upload a file by HTTP PUT with HttpClient over the stack.") { file, url, json };
        device.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using HttpSession session = await HttpSession.OpenAsync(device.Read(parsed), parsed.GetRequiredValue(url), cancellationToken);
            bool asJson = parsed.GetValue(json);
            TransferReport report = await Uploads.RunAsync(session.Client, session.Url, parsed.GetRequiredValue(file), hash: asJson, cancellationToken);
            report.Print(Console.Out, asJson);
            return ExitCode.Ok;
        });
        return command;
    }
}
