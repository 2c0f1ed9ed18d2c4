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

    public ILoadSocket Connect(int port) => Finish(new StackSocket(host, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, port);

    public ILoadSocket OpenDatagram(int port) => Finish(new StackSocket(host, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp), port);

    private StackLoadSocket Finish(StackSocket socket, int port)
    {
        try
        {
            TimeSpan patience = socket.SocketType == SocketType.Dgram ? LoadRun.DatagramPatience : LoadRun.Patience;
            socket.ReceiveTimeout = socket.SendTimeout = (int)patience.TotalMilliseconds;
            socket.Connect(new IPEndPoint(server, port));
            return new StackLoadSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class StackLoadSocket(StackSocket socket) : ILoadSocket
    {
        public int Send(ReadOnlySpan<byte> octets) => socket.Send(octets, SocketFlags.None);

        public int Receive(Span<byte> destination) => socket.Receive(destination, SocketFlags.None);

        public void Dispose() => socket.Dispose();
    }
}
