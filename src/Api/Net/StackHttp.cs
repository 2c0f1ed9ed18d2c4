using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Hosting;

namespace StackSharp.Net;

/// <summary>HttpClient on a StackHost.</summary>
public static class StackHttp
{
    /// <summary>A handler whose connections go through the stack. Names are those that <see cref="StackHost.Resolve"/> knows; no proxy.</summary>
    /// <param name="host">Must outlive the handler.</param>
    public static SocketsHttpHandler CreateHandler(StackHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellationToken) => await ConnectAsync(host, context.DnsEndPoint, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>Connects by name and returns the connection as a stream that owns its socket.</summary>
    /// <exception cref="SocketException">As <see cref="StackSocket.Connect(EndPoint)"/>.</exception>
    public static async ValueTask<StackStream> ConnectAsync(StackHost host, EndPoint remote, CancellationToken cancellationToken = default)
    {
        StackSocket socket = new(host, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(remote, cancellationToken).ConfigureAwait(false);
            return new StackStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
