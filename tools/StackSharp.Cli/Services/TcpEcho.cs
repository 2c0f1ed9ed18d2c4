using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Net;

namespace StackSharp.Cli.Services;

/// <summary>Echo over TCP (RFC 862): what comes goes back, until the peer finishes.</summary>
internal static class TcpEcho
{
    public const int Port = 7;
    private const int FirstBufferBytes = 2 << 10;
    private const int LargestBufferBytes = 64 << 10;

    public static async Task ServeAsync(StackSocket connection)
    {
        using GrowingBuffer buffer = new(FirstBufferBytes, LargestBufferBytes);
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
}
