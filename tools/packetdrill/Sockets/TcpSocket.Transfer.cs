using System.Buffers.Binary;
using StackSharp.Packetdrill.Wire;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;

namespace StackSharp.Packetdrill.Sockets;

/// <content>Reading and writing.</content>
internal sealed partial class TcpSocket
{
    /// <summary>MSG_FASTOPEN.</summary>
    public const int FastOpenFlag = 0x2000_0000;

    private const int UrgentFlag = 0x1;
    private const int PeekFlag = 0x2;
    private const int DontWaitFlag = 0x40;
    private const int WaitAllFlag = 0x100;
    private const int EndOfRecordFlag = 0x80;
    private const int MoreFlag = 0x8000;
    private const int ErrorQueueFlag = 0x2000;
    private const int TcpLevel = 6;
    private const int UnreadBytesMessage = 36;
    private const int AncillaryHeaderBytes = 16;
    private const int AncillaryBytes = AncillaryHeaderBytes + 8;

    public long Receive(UserMemory memory, int flags)
    {
        if ((flags & ErrorQueueFlag) != 0) return -Errno.WouldBlock;
        int wanted = memory.Length;
        if (wanted == 0) return 0;
        byte[] octets = new byte[wanted];
        int total = 0;
        long result = Await(IsBlocking(flags), () =>
        {
            if (_connection is null) return -Errno.NotConnected;
            if (_connection.ReadableBytes > 0 && memory.IsBad) return -Errno.BadAddress;
            if (IsConnecting) return null;
            TransportError error = _connection.Receive(octets.AsSpan(total), (flags & PeekFlag) != 0, Now, out int received);
            total += received;
            if (total == wanted || (total > 0 && (flags & WaitAllFlag) == 0)) return total;
            if (error == TransportError.None && received == 0) return total;
            if (error is TransportError.None or TransportError.WouldBlock) return _isReadShut ? total : null;
            if (error == TransportError.NotConnected && !_isConnectReported) return -Errno.NotConnected;
            return total > 0 ? total : -TakeError();
        });
        if (result > 0) memory.Scatter(octets.AsSpan(0, (int)result));
        return result;
    }

    public long Send(UserMemory memory, int flags)
    {
        if (memory.IsBad) return -Errno.BadAddress;
        byte[] octets = memory.Gather();
        int sent = 0;
        bool hasWaited = false;
        // What a SYN carries stands for itself.
        bool isOpening = IsDeferred;
        TcpSendFlags how = ((flags & MoreFlag) != 0 || _isCorked ? TcpSendFlags.More : TcpSendFlags.None)
            | ((flags & UrgentFlag) != 0 ? TcpSendFlags.Urgent : TcpSendFlags.None);
        TcpSendFlags last = (flags & EndOfRecordFlag) != 0 ? how | TcpSendFlags.EndOfRecord : how;
        bool isBlocking = IsBlocking(flags);
        if (IsDeferred && octets.Length == 0) return SendDeferredSyn(isBlocking);
        bool mustConnect = isOpening && isBlocking;
        return Await(isBlocking, () =>
        {
            if (_connection is null || _isWriteShut) return -(TakeError() is > 0 and int earlier ? earlier : Errno.BrokenPipe);
            TransportError error = TransportError.None;
            while (sent < octets.Length)
            {
                int room = hasWaited && !HasRoomToWrite ? 0 : RoomToQueue();
                if (room == 0)
                {
                    // The stack is to know of who waits for the handshake.
                    if (isBlocking && IsConnecting) _connection.Send(octets.AsSpan(sent), how, Now, out _);
                    bool mayGetRoom = IsConnecting || _connection.State is TcpState.Established or TcpState.CloseWait;
                    error = mayGetRoom ? TransportError.WouldBlock : TransportError.NotConnected;
                    break;
                }
                int count = Math.Min(room, octets.Length - sent);
                error = _connection.Send(octets.AsSpan(sent, count), sent + count == octets.Length ? last : isOpening ? how : how | TcpSendFlags.More, Now, out int taken);
                sent += taken;
                if (error != TransportError.None || taken < count) break;
            }
            if (sent == octets.Length) return mustConnect && IsConnecting ? null : mustConnect && PendingError != 0 ? -TakeError() : sent;
            if (error is TransportError.None or TransportError.WouldBlock)
            {
                hasWaited = true;
                return !isBlocking && sent > 0 ? sent : null;
            }
            if (sent > 0 && !(mustConnect && PendingError != 0)) return sent;
            return -(TakeError() is > 0 and int failure ? failure : Errno.BrokenPipe);
        });
    }

    private bool IsBlocking(int flags) => !IsNonBlocking && (flags & DontWaitFlag) == 0;

    /// <summary>Writes the control message that says how much is left to be read (TCP_INQ).</summary>
    /// <returns>Octets written.</returns>
    public int WriteAncillary(Span<byte> control)
    {
        if (!_tellsUnread || _connection is null || control.Length < AncillaryBytes) return 0;
        control[..AncillaryBytes].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(control, AncillaryHeaderBytes + sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(control[8..], TcpLevel);
        BinaryPrimitives.WriteInt32LittleEndian(control[12..], UnreadBytesMessage);
        // The end of the stream counts as one octet, when it is all that is left.
        int unread = _connection.IsEndOfStream ? 1 : _connection.ReadableBytes;
        BinaryPrimitives.WriteInt32LittleEndian(control[AncillaryHeaderBytes..], unread);
        return AncillaryBytes;
    }
}
