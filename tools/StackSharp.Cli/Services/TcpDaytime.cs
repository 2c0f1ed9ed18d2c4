using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Tasks;
using StackSharp.Net;

namespace StackSharp.Cli.Services;

/// <summary>Daytime over TCP (RFC 867): one line with the date and time, then the server closes first.</summary>
internal static class TcpDaytime
{
    public const int Port = 13;
    private const int SinkBytes = 512;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static ValueTask ServeAsync(StackSocket connection) => ServeAsync(connection, Patience);

    /// <param name="patience">How long a peer may take to read the line and finish; after that the connection is closed as it is.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask ServeAsync(StackSocket connection, TimeSpan patience)
    {
        using CancellationTokenSource limit = new(patience);
        ReadOnlyMemory<byte> rest = Encoding.ASCII.GetBytes(Line(DateTimeOffset.UtcNow));
        byte[] sink = new byte[SinkBytes];
        try
        {
            while (!rest.IsEmpty) rest = rest[await connection.SendAsync(rest, SocketFlags.None, limit.Token)..];
            connection.Shutdown(SocketShutdown.Send);
            // Closing with unread input would reset the connection (RFC 9293 §3.6.1), and the line could be lost with it.
            while (await connection.ReceiveAsync(sink, SocketFlags.None, limit.Token) > 0)
            {
            }
        }
        catch (OperationCanceledException)
        {
            // A peer that does not read, or keeps its side open, gets no more time.
        }
    }

    /// <summary>The syntax that RFC 867 proposes: Weekday, Month Day, Year Time-Zone.</summary>
    public static string Line(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("dddd, MMMM d, yyyy HH:mm:ss'-UTC\r\n'", CultureInfo.InvariantCulture);
}
