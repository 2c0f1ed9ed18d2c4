using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using StackSharp.Net;

namespace StackSharp.Cli.Services;

/// <summary>Character generator over TCP (RFC 864): sends lines of text as fast as they are taken until the connection is closed.</summary>
internal static class TcpChargen
{
    public const int Port = 19;
    private const int PeriodsPerBlock = 37;   // 260,110 octets: a large send, and a small piece of the cache.
    private const int SinkBytes = 4 << 10;

    private static readonly byte[] Block = CharacterPattern.CreateBlock(PeriodsPerBlock);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask ServeAsync(StackSocket connection)
    {
        Task sink = ThrowInputAwayAsync(connection);
        try
        {
            while (true)
            {
                ReadOnlyMemory<byte> rest = Block;
                while (!rest.IsEmpty) rest = rest[await connection.SendAsync(rest, SocketFlags.None)..];
            }
        }
        finally
        {
            connection.Dispose();
            await sink;
        }
    }

    private static async Task ThrowInputAwayAsync(StackSocket connection)
    {
        byte[] sink = new byte[SinkBytes];
        try
        {
            while (await connection.ReceiveAsync(sink, SocketFlags.None) > 0)
            {
                // RFC 864: any data received is thrown away. The peer's FIN alone does not end the service.
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The connection has ended: the sending side reports how.
        }
    }
}
