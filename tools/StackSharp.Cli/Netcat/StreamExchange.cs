using System.IO;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Net;

namespace StackSharp.Cli.Netcat;

/// <summary>Both directions of one connection, each until its own end: input that ends becomes a FIN, and what the peer still sends is printed.</summary>
internal static class StreamExchange
{
    private const int BufferBytes = 128 << 10;

    public static async Task RunAsync(StackSocket connection, Stream input, Stream output, CancellationToken cancellationToken)
    {
        Task sending = SendAsync(connection, input, cancellationToken);
        Task receiving = ReceiveAsync(connection, output, cancellationToken);

        // A direction that fails takes the other with it; one that ends does not.
        Task first = await Task.WhenAny(sending, receiving);
        if (first.IsFaulted || first.IsCanceled) await first;
        await Task.WhenAll(sending, receiving);
    }

    private static async Task SendAsync(StackSocket connection, Stream input, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferBytes];
        while (true)
        {
            int read = await input.ReadAsync(buffer, cancellationToken);
            if (read == 0) break;
            ReadOnlyMemory<byte> rest = buffer.AsMemory(0, read);
            while (!rest.IsEmpty) rest = rest[await connection.SendAsync(rest, SocketFlags.None, cancellationToken)..];
        }

        connection.Shutdown(SocketShutdown.Send);
    }

    private static async Task ReceiveAsync(StackSocket connection, Stream output, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferBytes];
        while (true)
        {
            int received = await connection.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
            if (received == 0) break;
            await output.WriteAsync(buffer.AsMemory(0, received), cancellationToken);
            await output.FlushAsync(cancellationToken);
        }
    }
}
