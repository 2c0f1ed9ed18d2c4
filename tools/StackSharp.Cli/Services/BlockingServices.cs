using StackSharp.Hosting;
using StackSharp.Winsock;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Cli.Services;

/// <summary>
/// Echo, discard and chargen written against Winsock with calls that wait: a thread for each port, and one for each connection.
/// Ends with the host.
/// </summary>
internal sealed class BlockingServices
{
    private const int BlockBytes = 256 << 10;
    private const int EchoBlockBytes = 64 << 10;
    private const int ChargenPeriods = 37;
    private const int LargestDatagram = 65_535;
    private const int StackBytes = 256 << 10;
    private readonly WinsockApi _winsock;

    private BlockingServices(WinsockApi winsock) => _winsock = winsock;

    private delegate void Service(SOCKET connection);

    public static void Start(StackHost host, ServiceSelection services)
    {
        WinsockApi winsock = new(host);
        int error = winsock.WSAStartup(0x0202, new WSADATA());
        if (error != 0) throw new InvalidOperationException($"WSAStartup failed with {error}.");
        BlockingServices blocking = new(winsock);
        if (services.Echo) blocking.Open(TcpEcho.Port, blocking.Echo, UdpResponses.Echo);
        if (services.Discard) blocking.Open(TcpDiscard.Port, blocking.Discard, UdpResponses.Discard);
        if (services.Chargen) blocking.Open(TcpChargen.Port, blocking.Generate, UdpResponses.Characters);
    }

    private void Open(ushort port, Service serve, DatagramResponse respond)
    {
        SOCKET listener = Checked(_winsock.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP));
        Check(_winsock.bind(listener, WinsockApi.Address(INADDR_ANY, port)));
        Check(_winsock.listen(listener, SOMAXCONN));
        Run($"accept {port}", () => Accept(listener, serve));
        SOCKET datagrams = Checked(_winsock.socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP));
        Check(_winsock.bind(datagrams, WinsockApi.Address(INADDR_ANY, port)));
        Run($"datagrams {port}", () => Answer(datagrams, respond));
    }

    private void Accept(SOCKET listener, Service serve)
    {
        while (true)
        {
            SOCKET connection = _winsock.accept(listener);
            if (connection == SOCKET.INVALID_SOCKET)
            {
                if (WSAGetLastError() == WSAECONNRESET) continue;   // Gone before it was accepted.
                return;   // The host ends.
            }

            _ = _winsock.setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, 1);
            Run("connection", () =>
            {
                serve(connection);
                _ = _winsock.closesocket(connection);
            });
        }
    }

    private void Echo(SOCKET connection)
    {
        byte[] block = new byte[EchoBlockBytes];
        int received;
        while ((received = _winsock.recv(connection, block, 0)) > 0)
        {
            if (_winsock.send(connection, block.AsSpan(0, received), 0) == SOCKET_ERROR) return;
        }

        if (received == 0) _ = _winsock.shutdown(connection, SD_SEND);
    }

    private void Discard(SOCKET connection)
    {
        byte[] block = new byte[BlockBytes];
        while (_winsock.recv(connection, block, 0) > 0)
        {
            // RFC 863: thrown away.
        }
    }

    private void Generate(SOCKET connection)
    {
        byte[] block = CharacterPattern.CreateBlock(ChargenPeriods);
        while (_winsock.send(connection, block, 0) != SOCKET_ERROR)
        {
            // RFC 864: without end.
        }
    }

    private void Answer(SOCKET datagrams, DatagramResponse respond)
    {
        byte[] buffer = new byte[LargestDatagram];
        for (long answered = 0; ;)
        {
            int received = _winsock.recvfrom(datagrams, buffer, 0, out sockaddr_in peer);
            if (received == SOCKET_ERROR)
            {
                if (WSAGetLastError() is WSAECONNRESET or WSAENETRESET) continue;   // An answer of ours was not wanted.
                return;   // The host ends.
            }

            if (!DatagramServer.MayAnswer(ntohs(peer.sin_port)) || respond(buffer.AsMemory(0, received), answered) is not ReadOnlyMemory<byte> answer) continue;
            if (_winsock.sendto(datagrams, answer.Span, 0, peer) != SOCKET_ERROR) answered++;
        }
    }

    private static void Run(string name, ThreadStart work) => new Thread(work, StackBytes) { IsBackground = true, Name = $"stacksharp {name}" }.Start();

    private static SOCKET Checked(SOCKET socket)
    {
        Check(socket == SOCKET.INVALID_SOCKET ? SOCKET_ERROR : 0);
        return socket;
    }

    private static void Check(int result)
    {
        if (result == SOCKET_ERROR) throw new System.Net.Sockets.SocketException(WSAGetLastError());
    }
}
