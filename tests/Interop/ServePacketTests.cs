using System.IO;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Interop;

/// <summary>Programs on the Linux kernel talk to <c>stacksharp serve</c> through a packet socket at the other end of a veth.</summary>
[Collection(InteropCollection.Name)]
public sealed class ServePacketTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ping_and_curl_find_a_stack_behind_a_veth(bool offload)
    {
        Requirement.Namespaces();
        Requirement.Program("ping");
        Requirement.Program("curl");
        DirectoryInfo place = Directory.CreateTempSubdirectory("stacksharp-interop-");
        try
        {
            using NetworkNamespace client = NetworkNamespace.Create();
            using NetworkNamespace server = NetworkNamespace.Create();
            client.Connect("h0", server, "s0");
            client.AddAddress("h0", "198.18.0.1/16");
            BackgroundProcess serving = CliProcess.StartReady(server,
            [
                "serve", "--device", "packet:s0", "--address", "198.18.0.99/16", "--services", $"http={place.FullName}",
                "--control", Path.Combine(place.FullName, ".control"), .. offload ? Array.Empty<string>() : ["--no-offload"],
            ]);
            Assert.Contains(" 0% packet loss", client.Run("ping", "-f", "-c", "1000", "-s", "1400", "198.18.0.99").Output, StringComparison.Ordinal);
            Assert.Contains(" 0% packet loss", client.Run("ping", "-c", "3", "-i", "0.2", "-s", "20000", "198.18.0.99").Output, StringComparison.Ordinal);

            string original = Path.Combine(place.FullName, "data");
            string back = Path.Combine(place.FullName, ".back");
            File.WriteAllBytes(original, System.Security.Cryptography.RandomNumberGenerator.GetBytes(64 << 20));
            client.TryRun(Limit, "curl", "-sS", "--fail", "-o", back, "http://198.18.0.99/data").MustSucceed();
            Assert.Equal(ServedStack.Sha256(original), ServedStack.Sha256(back));
            client.TryRun(Limit, "curl", "-sS", "--fail", "-T", original, "http://198.18.0.99/up").MustSucceed();
            Assert.Equal(ServedStack.Sha256(original), ServedStack.Sha256(Path.Combine(place.FullName, "up")));
            Assert.Equal(0, serving.Stop());
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }
}
