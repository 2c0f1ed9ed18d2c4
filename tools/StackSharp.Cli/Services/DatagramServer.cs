using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Hosting;
using StackSharp.Net;

namespace StackSharp.Cli.Services;

/// <summary>Answers datagrams on one UDP port. Ends with the host.</summary>
internal sealed class DatagramServer
{
    private const int LargestDatagram = 65_535;
    private const int FirstUnreservedPort = 1024;
    private readonly StackSocket _socket;
    private readonly DatagramResponse _respond;

    private DatagramServer(StackSocket socket, DatagramResponse respond)
    {
        _socket = socket;
        _respond = respond;
    }

    public static void Start(StackHost host, int port, CompletionMode completions, DatagramResponse respond)
    {
        StackSocket socket = new(host, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { CompletionMode = completions };
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        _ = new DatagramServer(socket, respond).ServeAsync();
    }

    private async Task ServeAsync()
    {
        byte[] buffer = new byte[LargestDatagram];
        SocketAddress peer = new(AddressFamily.InterNetwork);
        long answered = 0;
        while (true)
        {
            try
            {
                int received = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, peer);
                if (!MayAnswer((peer[2] << 8) | peer[3]) || _respond(buffer.AsMemory(0, received), answered) is not ReadOnlyMemory<byte> answer) continue;
                await _socket.SendToAsync(answer, SocketFlags.None, peer);
                answered++;
            }
            catch (ObjectDisposedException)
            {
                return;   // The host ends.
            }
            catch (SocketException end) when (end.SocketErrorCode is SocketError.OperationAborted or SocketError.NotSocket or SocketError.Shutdown)
            {
                return;
            }
            catch (SocketException)
            {
                // An answer could not be sent, or ICMP reports one that was not wanted. The next request may fare better.
            }
        }
    }

    /// <summary>Two such servers could keep each other busy for ever with one forged datagram, so other services get no answer.</summary>
    public static bool MayAnswer(int port) => port >= FirstUnreservedPort;
}
