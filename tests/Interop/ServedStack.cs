using System.IO;
using System.Security.Cryptography;
using StackSharp.Tests.TestKit.Interop;

namespace StackSharp.Tests.Interop;

/// <summary>A namespace with a TAP, <c>stacksharp serve</c> on it, and a folder that it serves. The kernel is the other host.</summary>
public sealed class ServedStack : IDisposable
{
    public const string StackAddress = "198.18.0.99";
    public const string KernelAddress = "198.18.0.1";
    public const string Prefix = "/16";
    public const string Tap = "t0";

    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("stacksharp-interop-");

    /// <param name="capture">Record everything to <see cref="Capture"/>.</param>
    public ServedStack(bool capture = false, params IEnumerable<string> moreArguments)
    {
        Namespace = NetworkNamespace.Create();
        try
        {
            Namespace.AddTap(Tap);
            Namespace.AddAddress(Tap, KernelAddress + Prefix);
            Directory.CreateDirectory(Folder);
            Start([.. capture ? new[] { "--capture", Capture } : [], .. moreArguments]);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public NetworkNamespace Namespace { get; }

    public BackgroundProcess Server { get; private set; } = null!;

    /// <summary>What the HTTP server serves.</summary>
    public string Folder => PathOf("files");

    /// <summary>The recording; complete once the server has ended.</summary>
    public string Capture => PathOf("recording.pcapng");

    public string ControlSocket => PathOf("control.sock");

    /// <summary>A file of this test's own.</summary>
    public string PathOf(string name) => Path.Combine(_place.FullName, name);

    /// <summary>Starts the server, after the last one has ended.</summary>
    public void Start(params IEnumerable<string> moreArguments) => Server = CliProcess.StartReady(Namespace,
    [
        "serve", "--device", $"tap:{Tap}", "--address", StackAddress + Prefix,
        "--services", $"echo,discard,chargen,daytime,iperf3,http={Folder}", "--control", ControlSocket, .. moreArguments,
    ]);

    /// <summary>Makes a TAP for a second stack and joins it to the server's by a bridge; the kernel gives up its own address.</summary>
    public void AddNeighbor(string tap)
    {
        Namespace.AddTap(tap);
        Namespace.Ip("link", "add", "br0", "type", "bridge");
        Namespace.Ip("address", "flush", "dev", Tap);
        Namespace.Ip("link", "set", Tap, "master", "br0");
        Namespace.Ip("link", "set", tap, "master", "br0");
        Namespace.Ip("link", "set", "br0", "up");
    }

    /// <summary>Makes a file that no two tests share the content of.</summary>
    public string CreateFile(string path, int octets)
    {
        File.WriteAllBytes(path, RandomNumberGenerator.GetBytes(octets));
        return path;
    }

    public static string Sha256(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(file));
    }

    public void Dispose()
    {
        Namespace.Dispose();
        _place.Delete(recursive: true);
    }
}
