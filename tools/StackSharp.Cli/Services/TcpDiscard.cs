using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using StackSharp.Net;

namespace StackSharp.Cli.Services;

/// <summary>Discard over TCP (RFC 863): reads until the peer finishes, and throws it away.</summary>
internal static class TcpDiscard
{
    public const int Port = 9;
    private const int FirstBufferBytes = 4 << 10;
    private const int LargestBufferBytes = 256 << 10;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask ServeAsync(StackSocket connection)
    {
        GrowingBuffer buffer = new(FirstBufferBytes, LargestBufferBytes);
        try
        {
            while (true)
            {
                int received = await connection.ReceiveAsync(buffer.Memory, SocketFlags.None);
                if (received == 0) return;
                buffer.Used(received);
            }
        }
        finally
        {
            buffer.Dispose();
        }
    }
}
