using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Security.Cryptography;
using System.Threading.Tasks;
using StackSharp.Cli.Output;

namespace StackSharp.Cli.Web;

/// <summary>Fetches a body into a file or to standard output.</summary>
internal static class Downloads
{
    private const int BufferBytes = 256 << 10;

    /// <param name="file">Where to store it; "-": standard output.</param>
    /// <exception cref="CommandFailure">The server answered with an error, or ended too early.</exception>
    public static async Task<TransferReport> RunAsync(HttpClient client, Uri url, string file, bool hash, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        using HttpResponseMessage response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode) throw new CommandFailure($"{url}: the server says {(int)response.StatusCode} {response.ReasonPhrase}");

        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using Stream target = file == "-" ? Console.OpenStandardOutput() : new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        using IncrementalHash? digest = hash ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        long octets = 0;
        await TransferProgress.RunAsync(url.ToString(), response.Content.Headers.ContentLength, async moved =>
        {
            byte[] buffer = new byte[BufferBytes];
            while (true)
            {
                int read = await body.ReadAsync(buffer, cancellationToken);
                if (read == 0) break;
                digest?.AppendData(buffer, 0, read);
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                octets += read;
                moved(read);
            }
        });
        await target.FlushAsync(cancellationToken);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new TransferReport(url.ToString(), (int)response.StatusCode, octets, seconds, digest is null ? null : Convert.ToHexStringLower(digest.GetCurrentHash()));
    }
}
