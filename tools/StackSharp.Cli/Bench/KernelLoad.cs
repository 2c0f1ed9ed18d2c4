using System.Net;
using System.Net.Sockets;

namespace StackSharp.Cli.Bench;

/// <summary>The operating system's sockets as the client.</summary>
/// <param name="place">The client's namespace; null: this process's own.</param>
/// <param name="services">The server, if it is the operating system's as well; null: the services are on their well-known ports.</param>
internal sealed class KernelLoad(IPAddress server, LinkNamespace? place, KernelServices? services = null) : ILoadNetwork
{
    public void EnterThread() => place?.EnterThread();

    public ILoadSocket Open(SocketType type)
    {
        TimeSpan patience = type == SocketType.Dgram ? LoadRun.DatagramPatience : LoadRun.Patience;
        Socket socket = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
        socket.ReceiveTimeout = socket.SendTimeout = (int)patience.TotalMilliseconds;
        if (type == SocketType.Stream) socket.NoDelay = true;
        return new KernelLoadSocket(this, socket);
    }

    private IPEndPoint EndPointOf(int port, ProtocolType protocol) => new(server, services?.PortOf(port, protocol) ?? port);

    private sealed class KernelLoadSocket(KernelLoad load, Socket socket) : ILoadSocket
    {
        public void Connect(int port) => socket.Connect(load.EndPointOf(port, socket.ProtocolType));

        public int Send(ReadOnlySpan<byte> octets) => socket.Send(octets, SocketFlags.None);

        public int Receive(Span<byte> destination) => socket.Receive(destination, SocketFlags.None);

        public void Dispose() => socket.Dispose();
    }
}
