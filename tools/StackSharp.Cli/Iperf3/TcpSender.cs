using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Net;
using StackSharp.Stack.Transport.Tcp;

namespace StackSharp.Cli.Iperf3;

/// <summary>Sends the same block over a connection until the quota is used up, or it is asked to stop.</summary>
/// <param name="block">May be shared by all streams: nobody writes to it.</param>
/// <param name="bitsPerSecond">0: as fast as it goes.</param>
internal sealed class TcpSender(int id, StackSocket socket, ReadOnlyMemory<byte> block, SendQuota quota, long bitsPerSecond) : TestStream(id, socket)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private TcpInfo _last;

    public override bool IsSender => true;

    /// <summary>Everything sent so far has been acknowledged, or never will be.</summary>
    public bool IsDelivered => GetInfo() is not { } info || (info.BytesUnsent == 0 && info.BytesInFlight == 0);

    protected override async Task TransferAsync()
    {
        long started = Stopwatch.GetTimestamp();
        using PeriodicTimer? ticks = bitsPerSecond > 0 ? new PeriodicTimer(Tick) : null;
        Pacer? pacer = bitsPerSecond > 0 ? new Pacer(bitsPerSecond, block.Length, TimeSpan.Zero) : null;
        while (!Stopping)
        {
            if (pacer is not null && !pacer.TryTake(block.Length, Stopwatch.GetElapsedTime(started)))
            {
                await ticks!.WaitForNextTickAsync();
                continue;
            }

            int octets = quota.Take(block.Length);
            if (octets == 0) return;
            Count(await Socket.SendAsync(block[..octets], SocketFlags.None));
        }
    }

    protected override StreamFigures Describe(long octets)
    {
        if (GetInfo() is { } info) _last = info;
        return new StreamFigures(octets, Connection: _last) { Retransmits = _last.SegmentsRetransmitted };
    }

    private TcpInfo? GetInfo()
    {
        try
        {
            return Socket.GetTcpInfo();
        }
        catch (ObjectDisposedException)
        {
            return null;   // What was known before holds.
        }
    }
}
