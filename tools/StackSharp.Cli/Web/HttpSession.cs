using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using StackSharp.Cli.Session;
using StackSharp.Hosting;
using StackSharp.Net;

namespace StackSharp.Cli.Web;

/// <summary>A stack with an HttpClient on it, for one URL.</summary>
internal sealed class HttpSession : IAsyncDisposable
{
    private readonly StackSession _session;

    private HttpSession(StackSession session, HttpClient client, Uri url)
    {
        _session = session;
        Client = client;
        Url = url;
    }

    public HttpClient Client { get; }

    public Uri Url { get; }

    public static async Task<HttpSession> OpenAsync(DeviceChoice choice, Uri url, CancellationToken cancellationToken)
    {
        // The stack has no resolver of its own yet: this machine's looks the name up, and the stack is told.
        IPAddress address = await HostNameLookup.FindAsync(url.IdnHost, cancellationToken);
        Dictionary<string, IPAddress[]> names = new(StringComparer.OrdinalIgnoreCase) { [url.IdnHost] = [address] };
        StackSession session = StackSession.Open(choice, new StackHostOptions { HostNames = names });
        HttpClient client = new(StackHttp.CreateHandler(session.Host)) { Timeout = Timeout.InfiniteTimeSpan };
        return new HttpSession(session, client, url);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _session.DisposeAsync();
    }
}
