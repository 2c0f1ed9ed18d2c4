using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Interop;

/// <summary>The command line's clients talk to servers on the Linux kernel over a TAP.</summary>
[Collection(InteropCollection.Name)]
public sealed class ClientTests : IDisposable
{
    private const string KernelAddress = "198.18.0.1";
    private const int Large = 64 << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly string[] Device = ["--device", "tap:t0", "--address", "198.18.0.99/16"];

    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("stacksharp-interop-");
    private NetworkNamespace? _namespace;

    public void Dispose()
    {
        _namespace?.Dispose();
        _place.Delete(recursive: true);
    }

    [Fact]
    public void Get_downloads_from_nginx_intact()
    {
        NetworkNamespace place = Prepare("nginx");
        string content = Path.Combine(_place.FullName, "data");
        File.WriteAllBytes(content, System.Security.Cryptography.RandomNumberGenerator.GetBytes(Large));
        StartNginx(place);
        string target = Path.Combine(_place.FullName, "down");
        CommandResult result = Run(place, "get", $"http://{KernelAddress}/data", "-o", target, "--sha256", "--json").MustSucceed();
        Assert.Equal(ServedStack.Sha256(content), ServedStack.Sha256(target));
        Assert.Contains(ServedStack.Sha256(content), result.Output, StringComparison.OrdinalIgnoreCase);
        CommandResult missing = Run(place, "get", $"http://{KernelAddress}/none");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("404", missing.ErrorOutput, StringComparison.Ordinal);
    }

    [Fact]
    public void Ping_reaches_the_kernel_and_says_so_when_nobody_answers()
    {
        NetworkNamespace place = Prepare();
        CommandResult answered = Run(place, "ping", KernelAddress, "-c", "3", "-i", "20ms", "-s", "3000").MustSucceed();
        Assert.Contains("3 sent, 3 received, 0 % lost", answered.Output, StringComparison.Ordinal);
        CommandResult silent = Run(place, "ping", "198.18.77.77", "-c", "1", "-W", "200ms");
        Assert.Equal(1, silent.ExitCode);
        Assert.Contains("1 sent, 0 received, 100 % lost", silent.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_connection_is_one_line()
    {
        NetworkNamespace place = Prepare();
        CommandResult refused = Run(place, "get", $"http://{KernelAddress}:81/");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("connection refused", Assert.Single(refused.ErrorOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    /// <summary>Our side ends first: the other has its word afterwards.</summary>
    [Fact]
    public void Nc_finishes_first_and_reads_on()
    {
        Requirement.Tap();
        NamespaceThread.Run(() =>
        {
            NamespaceThread.Execute("ip", "tuntap", "add", "dev", "t0", "mode", "tap");
            NamespaceThread.Execute("ip", "address", "add", KernelAddress + "/16", "dev", "t0");
            NamespaceThread.Execute("ip", "link", "set", "t0", "up");
            using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Parse(KernelAddress), 5000));
            listener.Listen();
            ProcessStartInfo start = new("dotnet", [CliProcess.Program, "nc", KernelAddress, "5000", .. Device]) { RedirectStandardInput = true, RedirectStandardOutput = true };
            using Process nc = Process.Start(start)!;
            nc.StandardInput.Write("early");
            nc.StandardInput.Close();

            using Socket peer = listener.Accept();
            peer.ReceiveTimeout = (int)Limit.TotalMilliseconds;
            using NetworkStream stream = new(peer);
            using StreamReader reader = new(stream);
            Assert.Equal("early", reader.ReadToEnd());
            peer.Send("late"u8);
            peer.Shutdown(SocketShutdown.Send);
            Assert.Equal("late", nc.StandardOutput.ReadToEnd());
            Assert.True(nc.WaitForExit(Limit));
            Assert.Equal(0, nc.ExitCode);
        });
    }

    /// <summary>The other side ends first: ours goes on until its input has ended.</summary>
    [Fact]
    public void Nc_listens_and_sends_on_after_the_peer_has_finished()
    {
        NetworkNamespace place = Prepare("nc");
        BackgroundProcess server = place.Start(
            "sh", "-c", $"(sleep 4; echo late) | dotnet {CliProcess.Program} nc -l 5000 {string.Join(' ', Device)}");
        server.WaitForLine(line => line.StartsWith("listening", StringComparison.Ordinal), Limit);
        CommandResult client = Shell(place, "echo early | nc -N -w 20 198.18.0.99 5000");
        Assert.Equal("late\n", client.MustSucceed().Output);
        Assert.Equal(0, server.WaitForExit(Limit));
        Assert.Contains("early", server.Lines);
    }

    [Fact]
    public void Put_uploads_to_another_stack_through_the_kernel_s_bridge()
    {
        Requirement.Tap();
        using ServedStack stack = new();
        stack.AddNeighbor("t1");
        string content = stack.CreateFile(stack.PathOf("content"), Large);
        CliProcess.Run(stack.Namespace, Limit, "put", content, $"http://{ServedStack.StackAddress}/copy", "--device", "tap:t1", "--address", "198.18.0.98/16").MustSucceed();
        Assert.Equal(ServedStack.Sha256(content), ServedStack.Sha256(Path.Combine(stack.Folder, "copy")));
    }

    private static CommandResult Run(NetworkNamespace place, params IEnumerable<string> arguments) => CliProcess.Run(place, Limit, [.. arguments, .. Device]);

    private static CommandResult Shell(NetworkNamespace place, string script) => place.TryRun(Limit, "sh", "-c", script);

    private static void WaitForListener(NetworkNamespace place, int port)
    {
        for (int tries = 0; tries < 200; tries++)
        {
            if (place.Run("ss", "-Hltn", $"sport = :{port}").Output.Length > 0) return;
            Thread.Sleep(25);
        }

        Assert.Fail($"nothing listens on port {port}");
    }

    private NetworkNamespace Prepare(params IEnumerable<string> programs)
    {
        Requirement.Tap();
        foreach (string program in programs) Requirement.Program(program);
        _namespace = NetworkNamespace.Create();
        _namespace.AddTap("t0");
        _namespace.AddAddress("t0", KernelAddress + "/16");
        return _namespace;
    }

    private void StartNginx(NetworkNamespace place)
    {
        string configuration = Path.Combine(_place.FullName, "nginx.conf");
        File.WriteAllText(configuration, $$"""
            daemon off;
            user root;
            pid {{_place.FullName}}/nginx.pid;
            error_log {{_place.FullName}}/error.log;
            events { }
            http { access_log off; sendfile on; server { listen {{KernelAddress}}:80; root {{_place.FullName}}; } }
            """);
        place.Start(Requirement.FindProgram("nginx")!, "-c", configuration, "-e", Path.Combine(_place.FullName, "error.log"));
        WaitForListener(place, 80);
    }
}
