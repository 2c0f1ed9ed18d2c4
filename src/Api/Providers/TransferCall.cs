using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using StackSharp.Spi;
using StackSharp.Stack.Wire;
using StackSharp.Winsock;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Providers;

/// <summary>Sending or receiving.</summary>
internal sealed class TransferCall(WSAOVERLAPPED overlapped) : PendingCall(overlapped)
{
    private WSABUF[] _buffers = [];
    private byte[]? _joined;
    private Memory<byte> _memory;
    private int _flags;
    private int _done;
    private Memory<byte> _from;
    private StrongBox<int>? _fromLength;

    /// <inheritdoc cref="PendingCall.Of"/>
    public static TransferCall Of(WSAOVERLAPPED overlapped) => Of(overlapped, static owner => new TransferCall(owner));

    /// <returns>0; WSA_IO_PENDING; an error.</returns>
    public int Send(ITransportUpcalls upcalls, ProviderSocket socket, ReadOnlySpan<WSABUF> buffers, int flags, out uint sent)
    {
        sent = 0;
        if (!Take(upcalls, socket, buffers, flags)) return WSAEFAULT;
        if (_joined is not null) GatheredBuffers.Gather(buffers, _memory.Span);
        int length = _memory.Length;
        SocketFlags socketFlags = (flags & MSG_OOB) != 0 ? SocketFlags.OutOfBand : SocketFlags.None;
        SocketError error = socket.Stream!.Send(_memory, socketFlags, this);
        if (error == SocketError.IOPending) return WSA_IO_PENDING;
        Forget();
        if (error == SocketError.Success) sent = (uint)length;
        return ErrorOf(error);
    }

    /// <summary>As <see cref="Send"/>.</summary>
    /// <param name="from">Receives a datagram's sender; empty: nobody wants it.</param>
    public int Receive(
        ITransportUpcalls upcalls, ProviderSocket socket, ReadOnlySpan<WSABUF> buffers, int flags, Memory<byte> from, StrongBox<int>? fromLength, out uint received)
    {
        received = 0;
        if (!Take(upcalls, socket, buffers, flags)) return WSAEFAULT;
        _from = from;
        _fromLength = fromLength;
        if (_joined is not null) _buffers = buffers.ToArray();
        SocketError error = Receive(out int count, out IpEndpoint source);
        if (error == SocketError.IOPending) return WSA_IO_PENDING;
        received = (uint)TakeIn(error, count, source);
        Forget();
        return ErrorOf(error);
    }

    public override void OnEnded(SocketError error, int done, in IpEndpoint source)
    {
        if (Socket.IsStream && (_flags & MSG_WAITALL) != 0 && error == SocketError.Success && done > 0 && _done + done < _memory.Length)
        {
            _done += done;
            error = Receive(out done, out _);
            if (error == SocketError.IOPending) return;
        }
        uint moved = (uint)TakeIn(error, done, source);
        // What an earlier part has brought counts, and the next call reports why there is no more.
        if (moved > 0 && error != SocketError.MessageSize && (_flags & MSG_WAITALL) != 0) error = SocketError.Success;
        Forget();
        Complete(error, moved);
    }

    // Until nothing is left to do at once, or all of it is there.
    private SocketError Receive(out int received, out IpEndpoint source)
    {
        source = default;
        if (Socket.Datagrams is { } datagrams) return datagrams.Receive(_memory, (SocketFlags)(_flags & MSG_PEEK), this, out received, out source);
        SocketFlags flags = (SocketFlags)(_flags & (MSG_OOB | MSG_PEEK));
        while (true)
        {
            SocketError error = Socket.Stream!.Receive(_memory[_done..], flags, this, out received);
            bool isMore = error == SocketError.Success && received > 0 && (_flags & MSG_WAITALL) != 0 && _done + received < _memory.Length;
            if (!isMore) return error;
            _done += received;
        }
    }

    // Puts what has come where the caller wants it. Returns the octets of the whole call.
    private int TakeIn(SocketError error, int done, in IpEndpoint source)
    {
        int total = _done + done;
        if (_buffers.Length > 0) GatheredBuffers.Scatter(_memory.Span[..total], _buffers);
        if (error is SocketError.Success or SocketError.MessageSize && Socket.Datagrams is { } datagrams && _fromLength is not null && !_from.IsEmpty)
            SocketAddressFormat.Write(source, datagrams.IsIpv6, _from.Span, ref _fromLength.Value);
        return total;
    }

    private bool Take(ITransportUpcalls upcalls, ProviderSocket socket, ReadOnlySpan<WSABUF> buffers, int flags)
    {
        Begin(upcalls, socket);
        (_flags, _done) = (flags, 0);
        if (!GatheredBuffers.TryMeasure(buffers, out int total)) return false;
        if (buffers.Length == 1)
        {
            _memory = buffers[0].buf[..total];
            return true;
        }
        // Several: joined in one piece, at the price of a copy.
        _joined = ArrayPool<byte>.Shared.Rent(total);
        _memory = _joined.AsMemory(0, total);
        return true;
    }

    private void Forget()
    {
        if (_joined is not null) ArrayPool<byte>.Shared.Return(_joined);
        _joined = null;
        _buffers = [];
        _memory = default;
        _from = default;
        _fromLength = null;
    }
}
