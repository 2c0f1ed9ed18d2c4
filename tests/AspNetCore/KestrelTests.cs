using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using StackSharp.AspNetCore;
using StackSharp.Net;
using Xunit;

namespace StackSharp.Tests.AspNetCore;

/// <summary>Kestrel on one stack, HttpClient on the other.</summary>
public sealed class KestrelTests : IAsyncLifetime
{
    private readonly JoinedHosts _hosts = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));

    private CancellationToken Limit => _limit.Token;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _hosts.DisposeAsync();
        _limit.Dispose();
    }

    [Fact]
    public async Task Requests_are_answered_one_after_the_other_and_at_once()
    {
        await using WebApplication server = await StartAsync(async context => await context.Response.WriteAsync($"you asked for {context.Request.Path}"));
        using HttpClient client = CreateClient();
        Assert.Equal("you asked for /first", await client.GetStringAsync("/first", Limit));
        Assert.Equal("you asked for /second", await client.GetStringAsync("/second", Limit));
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => client.GetStringAsync($"/{number}", Limit)));
        Assert.Equal(Enumerable.Range(0, 50).Select(number => $"you asked for /{number}"), answers);
    }

    [Fact]
    public async Task Large_bodies_pass_both_ways()
    {
        byte[] content = new byte[16 << 20];
        new Random(2).NextBytes(content);
        await using WebApplication server = await StartAsync(async context =>
        {
            // HttpClient reads the answer when it has sent the request: an answer that comes earlier has to wait somewhere.
            using MemoryStream body = new();
            await context.Request.BodyReader.CopyToAsync(body, context.RequestAborted);
            body.Position = 0;
            await body.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
        using HttpClient client = CreateClient();
        using HttpResponseMessage response = await client.PostAsync("/", new ByteArrayContent(content), Limit);
        byte[] back = await response.Content.ReadAsByteArrayAsync(Limit);
        Assert.True(content.AsSpan().SequenceEqual(back));
    }

    [Fact]
    public async Task A_client_that_goes_away_cancels_its_request()
    {
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication server = await StartAsync(async context =>
        {
            context.RequestAborted.Register(cancelled.SetResult);
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using HttpClient client = CreateClient();
        using CancellationTokenSource impatience = new();
        Task<string> request = client.GetStringAsync("/", impatience.Token);
        await arrived.Task.WaitAsync(Limit);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await cancelled.Task.WaitAsync(Limit);
    }

    [Fact]
    public async Task The_stack_and_the_operating_system_serve_side_by_side()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseSockets();
        builder.WebHost.UseStackSharp(_hosts.Server, options => options.AcceptPlainEndPoints = false);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(new StackEndPoint(_hosts.Server, IPAddress.Any, 80));
        });
        await using WebApplication server = builder.Build();
        server.Run(context => context.Response.WriteAsync($"{context.Connection.LocalIpAddress}"));
        await server.StartAsync(Limit);

        using HttpClient onTheStack = CreateClient();
        using HttpClient onTheSystem = new();
        Assert.Equal("198.18.0.1", await onTheStack.GetStringAsync("/", Limit));
        Assert.Equal("127.0.0.1", await onTheSystem.GetStringAsync(server.Urls.First(url => url.Contains("127.0.0.1", StringComparison.Ordinal)), Limit));
    }

    [Fact]
    public async Task Stopping_leaves_no_connection_behind()
    {
        await using (WebApplication server = await StartAsync(context => context.Response.WriteAsync("done")))
        {
            using HttpClient client = CreateClient();
            Assert.Equal("done", await client.GetStringAsync("/", Limit));
            await server.StopAsync(Limit);
        }

        using StackSocket late = new(_hosts.Client, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        SocketException refused = await Assert.ThrowsAsync<SocketException>(
            async () => await late.ConnectAsync(new IPEndPoint(JoinedHosts.ServerAddress, 80), Limit));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    private HttpClient CreateClient() => new(StackHttp.CreateHandler(_hosts.Client)) { BaseAddress = new Uri($"http://{JoinedHosts.ServerAddress}/") };

    private async Task<WebApplication> StartAsync(RequestDelegate handle)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseStackSharp(_hosts.Server);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, 80));
        WebApplication server = builder.Build();
        server.Run(handle);
        await server.StartAsync(Limit);
        return server;
    }
}
