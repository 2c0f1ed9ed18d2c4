using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Net;

namespace StackSharp.Cli.Iperf3;

/// <summary>Takes the datagrams of a stream and looks at their numbers and times.</summary>
internal sealed class UdpReceiver(int id, StackSocket socket, bool wideCounters) : TestStream(id, socket)
{
    private const int LargestDatagram = 65_535;
    private readonly byte[] _buffer = new byte[LargestDatagram];
    private readonly DatagramStatistics _statistics = new();

    public override bool IsSender => false;

    protected override async Task TransferAsync()
    {
        while (true)
        {
            int received = await Socket.ReceiveAsync(_buffer, SocketFlags.None);
            // Anything else is no datagram of a test: the opening once more, or a stranger's.
            if (!DatagramHeader.TryRead(_buffer.AsSpan(0, received), wideCounters, out DatagramHeader header)) continue;
            _statistics.Add(header, MonotonicMicroseconds.Now);
            Count(received);
        }
    }

    protected override StreamFigures Describe(long octets) =>
        new(octets, _statistics.Highest, _statistics.Lost, _statistics.OutOfOrder, _statistics.Jitter);
}
