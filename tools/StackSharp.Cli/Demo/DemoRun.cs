using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using StackSharp.AspNetCore;
using StackSharp.Cli.Output;
using StackSharp.Net;

namespace StackSharp.Cli.Demo;

/// <summary>Fetches the content from a Kestrel on one stack with an HttpClient on the other.</summary>
internal static class DemoRun
{
    private const int Port = 80;

    public static async Task<(DemoReport Report, IReadOnlyList<WindowSample> Samples)> ExecuteAsync(DemoPlan plan, CancellationToken cancellationToken)
    {
        DemoContent content = new(plan.Seed, plan.Octets);
        byte[] expected = content.ComputeSha256();
        await using DemoNetwork network = DemoNetwork.Create(plan);
        await using WebApplication server = await StartServerAsync(network, content, cancellationToken);
        WindowSampler sampler = new(network.Server);
        double seconds;
        byte[] received;
        await using (sampler)
        {
            long started = Stopwatch.GetTimestamp();
            received = await FetchAsync(network, plan.Octets, cancellationToken);
            seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        return (DemoReport.Create(plan, seconds, received.AsSpan().SequenceEqual(expected), received, sampler.Samples), sampler.Samples);
    }

    private static async Task<WebApplication> StartServerAsync(DemoNetwork network, DemoContent content, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseStackSharp(network.Server);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(DemoNetwork.ServerAddress, Port));
        WebApplication server = builder.Build();
        server.Run(async context =>
        {
            context.Response.ContentLength = content.Octets;
            for (long block = 0; ; block++)
            {
                int octets = content.Fill(block, context.Response.BodyWriter.GetSpan(DemoContent.BlockBytes));
                if (octets == 0) return;
                context.Response.BodyWriter.Advance(octets);
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            }
        });
        await server.StartAsync(cancellationToken);
        return server;
    }

    private static async Task<byte[]> FetchAsync(DemoNetwork network, long octets, CancellationToken cancellationToken)
    {
        using HttpClient client = new(StackHttp.CreateHandler(network.Client)) { Timeout = Timeout.InfiniteTimeSpan };
        using HttpResponseMessage response = await client.GetAsync(
            $"http://{DemoNetwork.ServerAddress}/", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await TransferProgress.RunAsync("two stacks, one link", octets, async moved =>
        {
            byte[] buffer = new byte[DemoContent.BlockBytes];
            while (await body.ReadAsync(buffer, cancellationToken) is > 0 and int read)
            {
                hash.AppendData(buffer, 0, read);
                moved(read);
            }
        });
        return hash.GetCurrentHash();
    }
}
