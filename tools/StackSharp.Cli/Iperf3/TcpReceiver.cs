using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Net;

namespace StackSharp.Cli.Iperf3;

/// <summary>Takes what a connection brings, until its end.</summary>
internal sealed class TcpReceiver(int id, StackSocket socket, int blockBytes) : TestStream(id, socket)
{
    private const int SmallestBuffer = 64 << 10;
    private readonly byte[] _buffer = new byte[Math.Max(blockBytes, SmallestBuffer)];

    public override bool IsSender => false;

    protected override async Task TransferAsync()
    {
        while (true)
        {
            int received = await Socket.ReceiveAsync(_buffer, SocketFlags.None);
            if (received == 0) return;
            Count(received);
        }
    }

    protected override StreamFigures Describe(long octets) => new(octets);
}
