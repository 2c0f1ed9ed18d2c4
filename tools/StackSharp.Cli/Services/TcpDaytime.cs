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

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask ServeAsync(StackSocket connection)
    {
        ReadOnlyMemory<byte> rest = Encoding.ASCII.GetBytes(Line(DateTimeOffset.UtcNow));
        while (!rest.IsEmpty) rest = rest[await connection.SendAsync(rest, SocketFlags.None)..];
        connection.Shutdown(SocketShutdown.Send);

        // Closing with unread input would reset the connection (RFC 9293 §3.6.1), and the line could be lost with it.
        byte[] sink = new byte[SinkBytes];
        while (await connection.ReceiveAsync(sink, SocketFlags.None) > 0)
        {
        }
    }

    /// <summary>The syntax that RFC 867 proposes: Weekday, Month Day, Year Time-Zone.</summary>
    public static string Line(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("dddd, MMMM d, yyyy HH:mm:ss'-UTC\r\n'", CultureInfo.InvariantCulture);
}
