using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using StackSharp.Cli.Output;

namespace StackSharp.Cli.Web;

/// <summary>Sends a file as the body of a PUT.</summary>
internal static class Uploads
{
    private const int BufferBytes = 256 << 10;

    /// <exception cref="CommandFailure">The server refused it.</exception>
    public static async Task<TransferReport> RunAsync(HttpClient client, Uri url, FileInfo file, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        int status = 0;
        await TransferProgress.RunAsync(file.Name, file.Length, async moved =>
        {
            using HttpRequestMessage request = new(HttpMethod.Put, url) { Content = new FileContent(file, moved) };
            using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode) throw new CommandFailure($"{url}: the server says {(int)response.StatusCode} {response.ReasonPhrase}");
            status = (int)response.StatusCode;
        });
        return new TransferReport(url.ToString(), status, file.Length, Stopwatch.GetElapsedTime(started).TotalSeconds, null);
    }

    /// <summary>A file's octets, counted as they are handed to the connection.</summary>
    private sealed class FileContent(FileInfo file, Action<long> moved) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await using FileStream source = new(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            byte[] buffer = new byte[BufferBytes];
            while (true)
            {
                int read = await source.ReadAsync(buffer, cancellationToken);
                if (read == 0) break;
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                moved(read);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = file.Length;
            return true;
        }
    }
}
