using System.IO;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using StackSharp.AspNetCore;
using StackSharp.Drivers.Memory;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.AspNetCore;

/// <summary>What the README shows compiles, runs, and says what it is said to say.</summary>
public sealed class ReadmeTests
{
    private const string Fence = "```";

    private readonly List<string> _printed = [];

    [Fact]
    public async Task The_example_of_the_README_runs()
    {
        await EmbedAsync();
        Assert.Equal(["Hello from a stack of its own."], _printed);
    }

    [Fact]
    public void The_example_is_what_this_test_runs()
    {
        string own = File.ReadAllText(Repository.PathOf("tests/AspNetCore/ReadmeTests.cs")).ReplaceLineEndings("\n");
        string[] example = Block("csharp");
        Assert.NotEmpty(example);
        string indented = string.Join('\n', example.Select(line => line.Length == 0 ? "" : "        " + line));
        Assert.Contains(indented.Replace("Console.WriteLine(", "_printed.Add(", StringComparison.Ordinal), own, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sh demo", "dotnet run -c Release --project tools/StackSharp.Cli -- demo")]
    [InlineData("sh test", "dotnet test -c Release")]
    public void The_two_commands_stand_in_blocks_that_checks_can_find(string block, string command) => Assert.Equal([command], Block(block));

    private async Task EmbedAsync()
    {
        (ILinkDevice left, ILinkDevice right) = MemoryLink.CreatePair();
        using StackHost server = new();
        server.AddAddress(server.Attach(left), IpPrefix.Parse("198.18.0.1/24"));
        using StackHost client = new();
        client.AddAddress(client.Attach(right), IpPrefix.Parse("198.18.0.2/24"));

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseStackSharp(server).ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, 80));
        await using WebApplication site = builder.Build();
        site.MapGet("/", () => "Hello from a stack of its own.");
        await site.StartAsync();

        using HttpClient http = new(StackHttp.CreateHandler(client));
        _printed.Add(await http.GetStringAsync("http://198.18.0.1/"));
    }

    private static string[] Block(string name) =>
        [.. File.ReadAllLines(Repository.PathOf("README.md")).SkipWhile(line => line != Fence + name).Skip(1).TakeWhile(line => line != Fence)];
}
