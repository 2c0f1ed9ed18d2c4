using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Net;

namespace StackSharp.Cli.Iperf3;

/// <summary>Sends numbered datagrams to the socket's peer, at a rate or as fast as the device takes them.</summary>
/// <remarks>Sending a datagram never waits, so this runs on the thread pool whatever the socket's mode: it would hold a receive thread for ever.</remarks>
/// <param name="bitsPerSecond">0: as fast as it goes.</param>
internal sealed class UdpSender(int id, StackSocket socket, ReadOnlyMemory<byte> content, bool wideCounters, SendQuota quota, long bitsPerSecond) : TestStream(id, socket)
{
    private const int DatagramsPerTurn = 64;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private readonly byte[] _datagram = content.ToArray();
    private long _sent;

    public override bool IsSender => true;

    protected override async Task TransferAsync()
    {
        long started = Stopwatch.GetTimestamp();
        using PeriodicTimer ticks = new(Tick);
        Pacer? pacer = bitsPerSecond > 0 ? new Pacer(bitsPerSecond, _datagram.Length, TimeSpan.Zero) : null;
        while (!Stopping)
        {
            if (pacer is not null && !pacer.TryTake(_datagram.Length, Stopwatch.GetElapsedTime(started)))
            {
                await ticks.WaitForNextTickAsync();
                continue;
            }

            if (quota.Take(_datagram.Length) == 0) return;
            while (!TrySend() && !Stopping) await ticks.WaitForNextTickAsync();
            if (_sent % DatagramsPerTurn == 0) await Task.Yield();   // Other streams and the end of the test need threads too.
        }
    }

    protected override StreamFigures Describe(long octets) => new(octets, Volatile.Read(ref _sent));

    /// <returns>False: the stack has no memory for it now.</returns>
    private bool TrySend()
    {
        new DatagramHeader(MonotonicMicroseconds.Now, _sent + 1).Write(_datagram, wideCounters);
        Socket.Send(_datagram, SocketFlags.None, out SocketError error);
        if (error == SocketError.NoBufferSpaceAvailable) return false;
        if (error != SocketError.Success) throw new SocketException((int)error);
        Volatile.Write(ref _sent, _sent + 1);
        Count(_datagram.Length);
        return true;
    }
}
