using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Hosting;
using StackSharp.Net;

namespace StackSharp.Cli.Iperf3;

/// <summary>The server's UDP port: it sees what opens a stream; the stream has a socket of its own, connected to the client, at the same port.</summary>
internal sealed class DatagramPort
{
    private const int BufferBytes = 2048;
    private readonly StackSocket _socket;
    private readonly Func<ServerTest?> _findTest;

    private DatagramPort(StackSocket socket, Func<ServerTest?> findTest)
    {
        _socket = socket;
        _findTest = findTest;
    }

    public static void Start(StackHost host, CompletionMode completions, Func<ServerTest?> findTest)
    {
        StackSocket socket = NewSocket(host, completions, new IPEndPoint(IPAddress.Any, Iperf3Server.Port));
        _ = new DatagramPort(socket, findTest).ServeAsync();
    }

    /// <summary>A socket at the server's port that takes only what one client's port sends.</summary>
    public static StackSocket Connect(StackHost host, CompletionMode completions, IPAddress local, IPEndPoint client)
    {
        StackSocket socket = NewSocket(host, completions, new IPEndPoint(local, Iperf3Server.Port));
        try
        {
            socket.Connect(client);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static StackSocket NewSocket(StackHost host, CompletionMode completions, IPEndPoint local)
    {
        StackSocket socket = new(host, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { CompletionMode = completions };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(local);
        return socket;
    }

    private async Task ServeAsync()
    {
        byte[] buffer = new byte[BufferBytes];
        IPEndPoint anybody = new(IPAddress.Any, 0);
        while (true)
        {
            SocketReceiveFromResult received;
            try
            {
                received = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, anybody);
            }
            catch (Exception end) when (end is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.NotSocket })
            {
                return;   // The host ends.
            }
            catch (SocketException)
            {
                continue;   // Too long to open a stream, or an answer met a closed port. The next may fare better.
            }

            Answer(buffer.AsSpan(0, received.ReceivedBytes), (IPEndPoint)received.RemoteEndPoint);
        }
    }

    private void Answer(ReadOnlySpan<byte> datagram, IPEndPoint client)
    {
        if (!DatagramHandshake.TryAnswer(datagram, out ReadOnlyMemory<byte> answer)) return;
        try
        {
            _findTest()?.OpenDatagramStream(client, answer);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The test has just ended, or the client cannot be reached: it gets no answer, and asks again.
        }
    }
}
