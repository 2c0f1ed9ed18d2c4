using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>How many octets may be queued each way: what the user set, or what path and reader ask for within the stack's memory.</content>
public sealed partial class TcpConnection
{
    // What the path and the reader have asked for so far.
    private int _sendTarget;
    private int _receiveTarget;
    private SequenceNumber _sendRoundEnd;
    private Instant _sendRoundAt;
    private long _acknowledgedBeforeRound;
    private Instant _readRoundAt;
    private long _readInRound;
    private long _bulkPeriod;

    /// <summary>Octets that the send queue may hold now.</summary>
    public int SendBufferBytes => _options.SendBufferBytes ?? AutomaticSendBuffer();

    /// <summary>Octets that the receive queue may hold now.</summary>
    public int ReceiveBufferBytes => _options.ReceiveBufferBytes ?? AutomaticReceiveBuffer();

    private int AutomaticSendBuffer()
    {
        TcpLayerOptions options = _layer.Options;
        MemoryState memory = _layer.Network.Memory;
        if (memory == MemoryState.High) return options.LeastBufferBytes;
        if (memory == MemoryState.Pressure) return Math.Clamp(_sendTarget & -BulkSenders.Bytes, options.LeastBufferBytes, options.MaximumSendBufferBytes);
        // What has been reported above a hole waits here for the repair and is no longer on the path: it takes nobody's room.
        long wanted = Math.Max(_sendTarget & -BulkSenders.Bytes, _layer.SendBufferShare) + (long)(_sent?.SackedBytes ?? 0);
        return (int)Math.Min(wanted, options.MaximumSendBufferBytes);
    }

    private int AutomaticReceiveBuffer()
    {
        TcpLayerOptions options = _layer.Options;
        MemoryState memory = _layer.Network.Memory;
        if (memory == MemoryState.High) return options.LeastBufferBytes;
        int wanted = Math.Max(_receiveTarget, options.InitialReceiveBufferBytes);
        if (_reassembly is null || memory != MemoryState.Low) return wanted;
        // What waits behind a hole is no reader's fault, and takes no room from what follows it: a repair that takes several round trips does not stop the sender.
        return Math.Max(wanted, Math.Min(wanted + Math.Min(_reassembly.Length, wanted), options.MaximumReceiveBufferBytes));
    }

    private void BeginBuffers()
    {
        _sendTarget = 0;
        _receiveTarget = 0;
        _sendRoundEnd = default;
        _sendRoundAt = Instant.Never;
        _acknowledgedBeforeRound = 0;
        _readRoundAt = Instant.Never;
        _readInRound = 0;
        _bulkPeriod = 0;
    }

    private void NoteBulk(Instant now)
    {
        if (_sendQueue!.Length > BulkSenders.Bytes) _layer.BulkSenders.Note(ref _bulkPeriod, now);
    }

    // Once a round trip. Twice what the path holds, so that its octets can be repaired while new ones leave, and twice that, since the next round may
    // carry double. By the least round trip: what merely waits in a queue on the way needs no room here as well.
    private void FollowPath(Instant now)
    {
        if (_options.SendBufferBytes is not null || (_sendRoundAt != Instant.Never && _send.Unacknowledged.IsBefore(_sendRoundEnd))) return;
        // ACKs that come in a bunch make a round look shorter than it was.
        long took = Math.Max((now - _sendRoundAt).Ticks, _rtt.Smoothed.Ticks);
        if (_sendRoundAt != Instant.Never && took > 0)
        {
            double carried = (double)(_bytesAcknowledged - _acknowledgedBeforeRound) * _rtt.Minimum.Ticks / took;
            double wanted = Math.Min(2.0 * _congestion.Window, 4.0 * carried);
            // Down only slowly: a round of repair carries little, and its octets still wait here.
            int kept = _sendTarget - _sendTarget / 16;
            bool mayGrow = _layer.Network.Memory == MemoryState.Low;
            _sendTarget = Math.Max(kept, (int)Math.Min(wanted, mayGrow ? _layer.Options.MaximumSendBufferBytes : _sendTarget));
        }
        _sendRoundEnd = _send.Next;
        _sendRoundAt = now;
        _acknowledgedBeforeRound = _bytesAcknowledged;
    }

    // TCP-BUF-2: a reader that takes so much in a round trip must be offered twice as much, and a sender in slow start doubles in the meantime.
    private void FollowReader(int octets, Instant now)
    {
        if (_options.ReceiveBufferBytes is not null) return;
        long roundTrip = _rtt.Smoothed.Ticks;
        _readInRound += octets;
        long took = _readRoundAt == Instant.Never ? 0 : (now - _readRoundAt).Ticks;
        if (_readRoundAt != Instant.Never && took < roundTrip) return;
        if (took > 0)
        {
            double wanted = 4.0 * _readInRound * roundTrip / took;
            int most = Math.Min(_layer.Options.MaximumReceiveBufferBytes, ushort.MaxValue << _receive.WindowShift);
            if (wanted > _receiveTarget && _layer.Network.Memory == MemoryState.Low) _receiveTarget = (int)Math.Min(wanted, most);
        }
        _readRoundAt = now;
        _readInRound = 0;
    }
}
