using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Cli.Services;

namespace StackSharp.Cli.Bench;

/// <summary>Echo, discard and chargen on the operating system's sockets, written as those on the stack are: same calls, same buffers.</summary>
internal sealed class KernelServices : IDisposable
{
    private const int Backlog = 1024;
    private const int EchoBytes = 64 << 10;
    private const int DiscardBytes = 256 << 10;
    private const int DatagramBytes = 65_535;
    private const int PeriodsPerBlock = 37;
    private static readonly byte[] Block = CharacterPattern.CreateBlock(PeriodsPerBlock);
    private readonly Dictionary<(int Port, ProtocolType Protocol), Socket> _sockets = [];

    /// <summary>Listens in the calling thread's namespace, on ports that the system chooses: the well-known ones may be taken, or want a privilege.</summary>
    public KernelServices(IPAddress address)
    {
        try
        {
            _ = AcceptAsync(Bind(address, TcpEcho.Port, ProtocolType.Tcp), EchoAsync);
            _ = AcceptAsync(Bind(address, TcpDiscard.Port, ProtocolType.Tcp), DiscardAsync);
            _ = AcceptAsync(Bind(address, TcpChargen.Port, ProtocolType.Tcp), ChargenAsync);
            _ = EchoDatagramsAsync(Bind(address, TcpEcho.Port, ProtocolType.Udp));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where the service of a well-known port really is.</summary>
    public int PortOf(int wellKnown, ProtocolType protocol) => ((IPEndPoint)_sockets[(wellKnown, protocol)].LocalEndPoint!).Port;

    public void Dispose()
    {
        foreach (Socket socket in _sockets.Values) socket.Dispose();
    }

    private Socket Bind(IPAddress address, int wellKnown, ProtocolType protocol)
    {
        Socket socket = new(AddressFamily.InterNetwork, protocol == ProtocolType.Tcp ? SocketType.Stream : SocketType.Dgram, protocol);
        _sockets.Add((wellKnown, protocol), socket);
        socket.Bind(new IPEndPoint(address, 0));
        if (protocol == ProtocolType.Tcp) socket.Listen(Backlog);
        return socket;
    }

    private static async Task AcceptAsync(Socket listener, Func<Socket, Task> serve)
    {
        while (true)
        {
            try
            {
                _ = ServeAsync(await listener.AcceptAsync(), serve);
            }
            catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
            {
                // Gone before it was accepted.
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                return;   // The measurement is over.
            }
        }
    }

    private static async Task ServeAsync(Socket connection, Func<Socket, Task> serve)
    {
        using (connection)
        {
            try
            {
                connection.NoDelay = true;
                await serve(connection);
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                // The client went away in the middle of it, as it does when time is up.
            }
        }
    }

    private static async Task EchoAsync(Socket connection)
    {
        byte[] buffer = new byte[EchoBytes];
        while (await connection.ReceiveAsync(buffer, SocketFlags.None) is > 0 and int received) await SendAllAsync(connection, buffer.AsMemory(0, received));
        connection.Shutdown(SocketShutdown.Send);
    }

    private static async Task DiscardAsync(Socket connection)
    {
        byte[] buffer = new byte[DiscardBytes];
        while (await connection.ReceiveAsync(buffer, SocketFlags.None) > 0)
        {
        }
    }

    private static async Task ChargenAsync(Socket connection)
    {
        while (true) await SendAllAsync(connection, Block);
    }

    private static async Task SendAllAsync(Socket connection, ReadOnlyMemory<byte> rest)
    {
        while (!rest.IsEmpty) rest = rest[await connection.SendAsync(rest, SocketFlags.None)..];
    }

    private static async Task EchoDatagramsAsync(Socket socket)
    {
        byte[] buffer = new byte[DatagramBytes];
        SocketAddress peer = new(AddressFamily.InterNetwork);
        while (true)
        {
            try
            {
                int received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, peer);
                await socket.SendToAsync(buffer.AsMemory(0, received), SocketFlags.None, peer);
            }
            catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
            {
                // ICMP says that a client is gone. The next request may fare better.
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                return;   // The measurement is over.
            }
        }
    }
}
