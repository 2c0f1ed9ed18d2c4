using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Net;

namespace StackSharp.Cli.Netcat;

/// <summary>Datagrams with one peer: each piece of input that is read is one, and each that arrives is printed.</summary>
internal static class DatagramExchange
{
    private const int LargestDatagram = 65_535;
    private const int LargestSent = 16 << 10;

    /// <param name="remote">The peer; null: whoever sends first.</param>
    /// <param name="port">The port to listen on when there is no peer yet.</param>
    /// <param name="wait">How long to wait for more after the input has ended; UDP has no end of its own.</param>
    public static async Task RunAsync(StackSocket socket, IPEndPoint? remote, int port, TimeSpan wait, CancellationToken cancellationToken)
    {
        Stream output = Console.OpenStandardOutput();
        byte[] buffer = new byte[LargestDatagram];
        if (remote is null)
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            await Console.Error.WriteLineAsync($"listening on port {port}");
            SocketReceiveFromResult first = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), cancellationToken);
            await PrintAsync(output, buffer.AsMemory(0, first.ReceivedBytes), cancellationToken);
            remote = (IPEndPoint)first.RemoteEndPoint;
        }

        await socket.ConnectAsync(remote, cancellationToken);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task sending = SendAsync(socket, over, wait, cancellationToken);
        try
        {
            while (true)
            {
                int received = await socket.ReceiveAsync(buffer, SocketFlags.None, over.Token);
                await PrintAsync(output, buffer.AsMemory(0, received), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The input has ended and the time after it has passed.
        }

        await sending;
    }

    private static async Task SendAsync(StackSocket socket, CancellationTokenSource over, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            using Stream input = Console.OpenStandardInput();
            byte[] buffer = new byte[LargestSent];
            while (true)
            {
                int read = await input.ReadAsync(buffer, cancellationToken);
                if (read == 0) break;
                await socket.SendAsync(buffer.AsMemory(0, read), SocketFlags.None, cancellationToken);
            }
        }
        finally
        {
            over.CancelAfter(wait);
        }
    }

    private static async Task PrintAsync(Stream output, ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        await output.WriteAsync(octets, cancellationToken);
        await output.FlushAsync(cancellationToken);
    }
}
