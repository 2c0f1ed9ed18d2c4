using System.IO;
using StackSharp.Cli.Output;

namespace StackSharp.Cli.Control;

/// <summary>Where a running <c>serve</c> listens for <c>netstat</c>: a Unix domain socket that only its user can open.</summary>
internal static class ControlPath
{
    private const string Extension = ".sock";

    /// <summary>$XDG_RUNTIME_DIR/stacksharp, or stacksharp-USER among the temporary files.</summary>
    public static string Folder =>
        Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime
            ? Path.Combine(runtime, "stacksharp")
            : Path.Combine(Path.GetTempPath(), $"stacksharp-{Environment.UserName}");

    /// <summary>The socket of the serve that runs on a device.</summary>
    public static string ForDevice(string device) => Path.Combine(Folder, string.Join('-', device.Split(':', '/', '\\')) + Extension);

    /// <summary>Makes the folder, for this user alone.</summary>
    public static void CreateFolder(string socket)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(socket))!;
        if (Directory.Exists(folder)) return;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The one socket there is.</summary>
    /// <exception cref="CommandFailure">There is none, or several.</exception>
    public static string FindOnly()
    {
        string[] sockets = Directory.Exists(Folder) ? Directory.GetFiles(Folder, "*" + Extension) : [];
        return sockets switch
        {
            [string only] => only,
            [] => throw new CommandFailure("nothing to ask: no 'stacksharp serve' of this user is running"),
            _ => throw new CommandFailure($"several are running: name one with --control: {string.Join(", ", sockets)}"),
        };
    }
}
