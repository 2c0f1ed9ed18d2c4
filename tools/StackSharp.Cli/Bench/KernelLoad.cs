using System.Net;
using System.Net.Sockets;

namespace StackSharp.Cli.Bench;

/// <summary>The operating system's sockets as the client.</summary>
/// <param name="place">The client's namespace; null: this process's own.</param>
/// <param name="services">The server, if it is the operating system's as well; null: the services are on their well-known ports.</param>
internal sealed class KernelLoad(IPAddress server, LinkNamespace? place, KernelServices? services = null) : ILoadNetwork
{
    public void EnterThread() => place?.EnterThread();

    public ILoadSocket Connect(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        return Finish(socket, port);
    }

    public ILoadSocket OpenDatagram(int port) => Finish(new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp), port);

    private KernelLoadSocket Finish(Socket socket, int port)
    {
        try
        {
            TimeSpan patience = socket.SocketType == SocketType.Dgram ? LoadRun.DatagramPatience : LoadRun.Patience;
            socket.ReceiveTimeout = socket.SendTimeout = (int)patience.TotalMilliseconds;
            socket.Connect(new IPEndPoint(server, services?.PortOf(port, socket.ProtocolType) ?? port));
            return new KernelLoadSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class KernelLoadSocket(Socket socket) : ILoadSocket
    {
        public int Send(ReadOnlySpan<byte> octets) => socket.Send(octets, SocketFlags.None);

        public int Receive(Span<byte> destination) => socket.Receive(destination, SocketFlags.None);

        public void Dispose() => socket.Dispose();
    }
}
