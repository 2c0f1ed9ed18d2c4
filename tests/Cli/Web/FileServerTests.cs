using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using StackSharp.AspNetCore;
using StackSharp.Cli.Web;
using StackSharp.Net;
using StackSharp.Tests.AspNetCore;
using Xunit;

namespace StackSharp.Tests.Cli.Web;

/// <summary>The file server of <c>serve</c>, on one stack, asked from another.</summary>
public sealed class FileServerTests : IAsyncLifetime
{
    private readonly JoinedHosts _hosts = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stacksharp-test-");
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));
    private readonly byte[] _content = new byte[1_000_000];
    private readonly HttpClient _client;
    private WebApplication? _server;

    public FileServerTests()
    {
        new Random(3).NextBytes(_content);
        _client = new HttpClient(StackHttp.CreateHandler(_hosts.Client)) { BaseAddress = new Uri($"http://{JoinedHosts.ServerAddress}/") };
    }

    private CancellationToken Limit => _limit.Token;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, "file.bin"), _content, Limit);
        _folder.CreateSubdirectory("sub");
        _server = await FileServer.StartAsync(_folder.FullName, new IPEndPoint(IPAddress.Any, 80), web => web.UseStackSharp(_hosts.Server), Limit);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        await _hosts.DisposeAsync();
        _folder.Delete(recursive: true);
        _limit.Dispose();
    }

    [Fact]
    public async Task A_file_comes_whole_and_in_pieces()
    {
        Assert.Equal(_content, await _client.GetByteArrayAsync("/file.bin", Limit));
        using HttpRequestMessage part = new(HttpMethod.Get, "/file.bin");
        part.Headers.Range = new RangeHeaderValue(1000, 1999);
        using HttpResponseMessage answer = await _client.SendAsync(part, Limit);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(_content[1000..2000], await answer.Content.ReadAsByteArrayAsync(Limit));
    }

    [Fact]
    public async Task HEAD_tells_the_length_without_the_content()
    {
        using HttpResponseMessage answer = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/file.bin"), Limit);
        Assert.Equal(_content.Length, answer.Content.Headers.ContentLength);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Limit));
    }

    [Fact]
    public async Task A_range_beyond_the_end_is_refused()
    {
        using HttpRequestMessage beyond = new(HttpMethod.Get, "/file.bin");
        beyond.Headers.Range = new RangeHeaderValue(_content.Length, null);
        using HttpResponseMessage answer = await _client.SendAsync(beyond, Limit);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, answer.StatusCode);
    }

    [Fact]
    public async Task A_folder_lists_its_files()
    {
        string listing = await _client.GetStringAsync("/", Limit);
        Assert.Contains("file.bin", listing, StringComparison.Ordinal);
        Assert.Contains("sub", listing, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/none", 404)]
    [InlineData("GET", "/..%2f..%2fetc/passwd", 404)]
    [InlineData("DELETE", "/file.bin", 405)]
    [InlineData("POST", "/file.bin", 405)]
    [InlineData("PUT", "/.hidden", 403)]
    [InlineData("PUT", "/sub", 409)]
    public async Task What_cannot_be_done_is_refused(string method, string path, int status)
    {
        using HttpResponseMessage answer = await _client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Limit);
        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 405) Assert.Equal(["GET", "HEAD", "PUT"], answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task PUT_creates_then_replaces()
    {
        using HttpResponseMessage created = await _client.PutAsync("/sub/new.bin", new ByteArrayContent(_content), Limit);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(_content, await File.ReadAllBytesAsync(Path.Combine(_folder.FullName, "sub", "new.bin"), Limit));
        using HttpResponseMessage replaced = await _client.PutAsync("/sub/new.bin", new ByteArrayContent([1, 2, 3]), Limit);
        Assert.Equal(HttpStatusCode.NoContent, replaced.StatusCode);
        Assert.Equal([1, 2, 3], await _client.GetByteArrayAsync("/sub/new.bin", Limit));
        Assert.Single(Directory.GetFileSystemEntries(Path.Combine(_folder.FullName, "sub")));
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_nothing()
    {
        using CancellationTokenSource impatience = new(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _client.PutAsync("/sub/broken.bin", new StreamContent(new EndlessStream()), impatience.Token));
        string folder = Path.Combine(_folder.FullName, "sub");
        for (int tries = 0; tries < 100 && Directory.GetFileSystemEntries(folder).Length > 0; tries++) await Task.Delay(50, Limit);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    /// <summary>A body that pauses for ever after its first octets.</summary>
    private sealed class EndlessStream : Stream
    {
        private bool _begun;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_begun) await Task.Delay(Timeout.Infinite, cancellationToken);
            _begun = true;
            return buffer.Length;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
