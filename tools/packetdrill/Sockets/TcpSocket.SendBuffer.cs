using StackSharp.Stack.Transport.Tcp;

namespace StackSharp.Packetdrill.Sockets;

/// <content>How much Linux lets a socket queue: it counts blocks of several segments, each with its overhead, and asks only when it begins one.</content>
internal sealed partial class TcpSocket
{
    private const int LargestBlock = 65_215;
    private const int BlockOverhead = 1280;
    private const int LeastWindow = 536;

    // The stack's own limit is to be out of the way.
    private const int Headroom = 1 << 20;
    private int _sendBufferBytes;

    /// <summary>What a sleeping writer, poll and epoll are told: a third of the buffer is free, and not too much waits to be sent.</summary>
    private bool HasRoomToWrite
    {
        get
        {
            if (_connection is not { SendSpace: > 0 } connection) return false;
            TcpInfo info = connection.GetInfo(Now);
            int queued = QueuedWithOverhead(info);
            return _sendBufferBytes - queued >= queued / 2 && 2 * info.BytesUnsent < _notSentLowWater;
        }
    }

    /// <summary>Octets that go into the block at the end, or a new one if there may be one; 0: the writer has to wait.</summary>
    private int RoomToQueue()
    {
        int most = _connection!.SendSpace;
        if (most == 0) return 0;
        TcpInfo info = _connection.GetInfo(Now);
        int block = BlockBytes(info);
        int inLast = (int)(info.BytesUnsent % block);
        if (inLast > 0) return Math.Min(most, block - inLast);
        bool mayBegin = QueuedWithOverhead(info) < _sendBufferBytes && info.BytesUnsent < _notSentLowWater;
        return mayBegin ? Math.Min(most, block) : 0;
    }

    // Besides the full ones there are those that an acknowledgment and the congestion window have cut.
    private static int QueuedWithOverhead(in TcpInfo info)
    {
        long octets = info.BytesInFlight + info.BytesUnsent;
        int block = BlockBytes(info);
        return octets == 0 ? 0 : (int)(octets + BlockOverhead * ((octets + block - 1) / block + 2));
    }

    // Whole segments, and not more than half of what the peer takes.
    private static int BlockBytes(in TcpInfo info)
    {
        long most = info.SendWindow > LeastWindow ? Math.Min(LargestBlock, info.SendWindow / 2) : Math.Min(LargestBlock, info.SendWindow);
        int segment = Math.Max(1, info.SendMss);
        return Math.Max(segment, (int)(most - most % segment));
    }
}
