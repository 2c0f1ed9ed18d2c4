using System.Net;
using System.Net.Sockets;
using StackSharp.Hosting;
using StackSharp.Net;

namespace StackSharp.Cli.Bench;

/// <summary>A second stack as the client.</summary>
internal sealed class StackLoad(StackHost host, IPAddress server) : ILoadNetwork
{
    public void EnterThread()
    {
    }

    public ILoadSocket Open(SocketType type)
    {
        TimeSpan patience = type == SocketType.Dgram ? LoadRun.DatagramPatience : LoadRun.Patience;
        StackSocket socket = new StackSocket(host, AddressFamily.InterNetwork, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
        socket.ReceiveTimeout = socket.SendTimeout = (int)patience.TotalMilliseconds;
        if (type == SocketType.Stream) socket.NoDelay = true;
        return new StackLoadSocket(this, socket);
    }

    private IPEndPoint EndPointOf(int port) => new(server, port);

    private sealed class StackLoadSocket(StackLoad load, StackSocket socket) : ILoadSocket
    {
        public void Connect(int port) => socket.Connect(load.EndPointOf(port));

        public int Send(ReadOnlySpan<byte> octets) => socket.Send(octets, SocketFlags.None);

        public int Receive(Span<byte> destination) => socket.Receive(destination, SocketFlags.None);

        public void Dispose() => socket.Dispose();
    }
}
