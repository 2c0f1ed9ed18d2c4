using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Security.Cryptography;
using System.Threading.Tasks;
using StackSharp.Cli.Output;

namespace StackSharp.Cli.Web;

/// <summary>Sends a file as the body of a PUT.</summary>
internal static class Uploads
{
    private const int BufferBytes = 256 << 10;

    /// <param name="hash">Compute the SHA-256 of what is sent, on its way.</param>
    /// <exception cref="CommandFailure">The server refused it.</exception>
    public static async Task<TransferReport> RunAsync(HttpClient client, Uri url, FileInfo file, bool hash, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        int status = 0;
        string? sha256 = null;
        await TransferProgress.RunAsync(file.Name, file.Length, async moved =>
        {
            using FileContent content = new(file, hash, moved);
            using HttpRequestMessage request = new(HttpMethod.Put, url) { Content = content };
            using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode) throw new CommandFailure($"{url}: the server says {(int)response.StatusCode} {response.ReasonPhrase}");
            status = (int)response.StatusCode;
            sha256 = content.Sha256;
        });
        return new TransferReport(url.ToString(), status, file.Length, Stopwatch.GetElapsedTime(started).TotalSeconds, sha256);
    }

    /// <summary>A file's octets, counted as they are handed to the connection.</summary>
    private sealed class FileContent(FileInfo file, bool hash, Action<long> moved) : HttpContent
    {
        /// <summary>Of the octets that went out last, in hexadecimal; null: not asked for, or not all have gone.</summary>
        public string? Sha256 { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await using FileStream source = new(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            // One for each attempt: after a redirect the client sends the body again.
            using IncrementalHash? digest = hash ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
            byte[] buffer = new byte[BufferBytes];
            while (true)
            {
                int read = await source.ReadAsync(buffer, cancellationToken);
                if (read == 0) break;
                digest?.AppendData(buffer, 0, read);
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                moved(read);
            }

            Sha256 = digest is null ? null : Convert.ToHexStringLower(digest.GetHashAndReset());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = file.Length;
            return true;
        }
    }
}
