using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using StackSharp.Net;

namespace StackSharp.Cli.Services;

/// <summary>Echo over TCP (RFC 862): what comes goes back, until the peer finishes.</summary>
internal static class TcpEcho
{
    public const int Port = 7;
    private const int FirstBufferBytes = 2 << 10;
    private const int LargestBufferBytes = 64 << 10;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask ServeAsync(StackSocket connection)
    {
        GrowingBuffer buffer = new(FirstBufferBytes, LargestBufferBytes);
        try
        {
            while (true)
            {
                int received = await connection.ReceiveAsync(buffer.Memory, SocketFlags.None);
                if (received == 0) break;
                ReadOnlyMemory<byte> rest = buffer.Memory[..received];
                while (!rest.IsEmpty) rest = rest[await connection.SendAsync(rest, SocketFlags.None)..];
                buffer.Used(received);
            }

            connection.Shutdown(SocketShutdown.Send);
        }
        finally
        {
            buffer.Dispose();
        }
    }
}
