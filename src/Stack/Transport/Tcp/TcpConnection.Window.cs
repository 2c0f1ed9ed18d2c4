using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>The window we announce: RFC 9293 §3.8.6.2.2 (silly windows), RFC 7323 §2.4 (never retract).</content>
public sealed partial class TcpConnection
{
    // No more than the window field can say: beyond it an update would tell the peer nothing.
    private int FreeReceiveBytes =>
        Math.Clamp(ReceiveBufferBytes - (_receiveQueue?.Length ?? 0), 0, ushort.MaxValue << _receive.WindowShift);

    /// <summary>The window field of the segment being built; moves the right edge that it announces.</summary>
    private ushort AnnounceWindow()
    {
        uint current = (uint)Math.Max(0, _receive.Edge - _receive.Next);
        uint free = (uint)FreeReceiveBytes;
        uint window = current;
        if (free > current && free - current >= WorthAnnouncing) window = free;
        int shift = _receive.WindowShift;
        // Cutting off what the scale cannot express must not pull the edge back: round up what was promised, down what is new.
        uint field = window > current ? Math.Max(window >> shift, RoundUp(current, shift)) : RoundUp(window, shift);
        field = Math.Min(field, ushort.MaxValue);
        Wire.Tcp.SequenceNumber edge = _receive.Next + (field << shift);
        if (edge.IsAfter(_receive.Edge)) _receive.Edge = edge;
        return (ushort)field;
    }

    /// <summary>The window field of a SYN-ACK, which is never scaled (RFC 7323 §2.2).</summary>
    private ushort AnnounceSynWindow()
    {
        int window = Math.Min(Math.Max(_receive.Edge - _receive.Next, FreeReceiveBytes), ushort.MaxValue);
        _receive.Edge = Wire.Tcp.SequenceNumber.Max(_receive.Edge, _receive.Next + (uint)window);
        return (ushort)window;
    }

    // min(half the buffer, Eff.snd.MSS): a smaller gain is kept back.
    private uint WorthAnnouncing => (uint)Math.Max(1, Math.Min(ReceiveBufferBytes / 2, _advertisedMss));

    private static uint RoundUp(uint window, int shift) => (window + (1u << shift) - 1) >> shift;

    // The user has read: tell the peer once the window has at least doubled, so that a slow reader does not cause an ACK per read.
    private void OnReceiveSpaceFreed(Instant now)
    {
        if (!CanReceiveText) return;
        uint current = (uint)Math.Max(0, _receive.Edge - _receive.Next);
        uint free = (uint)FreeReceiveBytes;
        if (free < current + WorthAnnouncing || free < 2 * current) return;
        // What a SYN cannot say for want of scale, the next ACK tells in time for a peer that has not used half of it.
        if (_bytesReceived + current < 2 * ushort.MaxValue && current > ushort.MaxValue / 2) return;
        SetAckNow();
        SendAck(now);
    }
}
