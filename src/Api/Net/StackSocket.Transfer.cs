using System.Buffers;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Hosting;

namespace StackSharp.Net;

/// <content>Sending and receiving on connected sockets.</content>
public sealed partial class StackSocket
{
    /// <summary>Milliseconds that a synchronous send waits; 0 or -1: no limit. Default 0.</summary>
    public int SendTimeout
    {
        get => _sendTimeout;
        set => _sendTimeout = CheckedTimeout(value);
    }

    /// <summary>Milliseconds that a synchronous receive waits; 0 or -1: no limit. Default 0.</summary>
    public int ReceiveTimeout
    {
        get => _receiveTimeout;
        set => _receiveTimeout = CheckedTimeout(value);
    }

    public int Send(byte[] buffer) => Send(buffer.AsSpan(), SocketFlags.None);

    public int Send(byte[] buffer, SocketFlags socketFlags) => Send(buffer.AsSpan(), socketFlags);

    public int Send(byte[] buffer, int offset, int size, SocketFlags socketFlags) => Send(buffer.AsSpan(offset, size), socketFlags);

    public int Send(ReadOnlySpan<byte> buffer) => Send(buffer, SocketFlags.None);

    /// <summary>Sends: a stream takes all of it, waiting for room; without <see cref="Blocking"/>, as much as there is room for.</summary>
    /// <param name="socketFlags">OutOfBand: the last octet is urgent. Partial: more follows soon.</param>
    /// <exception cref="SocketException">NotConnected; Shutdown; WouldBlock; TimedOut; ConnectionReset; ConnectionAborted; MessageSize: the
    /// datagram is too long.</exception>
    public int Send(ReadOnlySpan<byte> buffer, SocketFlags socketFlags)
    {
        int sent = Send(buffer, socketFlags, out SocketError error);
        ThrowIfFailed(error);
        return sent;
    }

    /// <summary>As the other overloads, with the error as a result.</summary>
    public int Send(ReadOnlySpan<byte> buffer, SocketFlags socketFlags, out SocketError errorCode)
    {
        int sent = 0;
        if (_core is TcpSocketCore stream) errorCode = stream.Send(buffer, socketFlags, WaitTime(_sendTimeout), out sent);
        else
        {
            errorCode = SendDatagram(buffer, socketFlags, null);
            if (errorCode == SocketError.Success) sent = buffer.Length;
        }
        return sent;
    }

    public int Receive(byte[] buffer) => Receive(buffer.AsSpan(), SocketFlags.None);

    public int Receive(byte[] buffer, SocketFlags socketFlags) => Receive(buffer.AsSpan(), socketFlags);

    public int Receive(byte[] buffer, int offset, int size, SocketFlags socketFlags) => Receive(buffer.AsSpan(offset, size), socketFlags);

    public int Receive(Span<byte> buffer) => Receive(buffer, SocketFlags.None);

    /// <summary>Receives what is there, waiting for something. An empty buffer waits for something and takes nothing.</summary>
    /// <param name="socketFlags">Peek leaves it in the queue; OutOfBand takes the urgent octet.</param>
    /// <returns>Octets; 0: the peer has finished, or the datagram is empty.</returns>
    /// <exception cref="SocketException">NotConnected; Shutdown; WouldBlock; TimedOut; ConnectionReset; ConnectionAborted; MessageSize: the
    /// datagram was longer than the buffer, which holds its start.</exception>
    public int Receive(Span<byte> buffer, SocketFlags socketFlags)
    {
        int received = Receive(buffer, socketFlags, out SocketError error);
        ThrowIfFailed(error);
        return received;
    }

    /// <summary>As the other overloads, with the error as a result.</summary>
    public int Receive(Span<byte> buffer, SocketFlags socketFlags, out SocketError errorCode)
    {
        int received;
        errorCode = _core is TcpSocketCore stream
            ? stream.Receive(buffer, socketFlags, WaitTime(_receiveTimeout), out received)
            : ((UdpSocketCore)_core).Receive(buffer, socketFlags, WaitTime(_receiveTimeout), out received, out _);
        return received;
    }

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        SendAsync(buffer, SocketFlags.None, cancellationToken);

    /// <summary>Sends all of it. Allocates nothing in a steady state.</summary>
    /// <exception cref="SocketException">As <see cref="Send(ReadOnlySpan{byte}, SocketFlags)"/>; OperationAborted: the socket was closed.</exception>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer, SocketFlags socketFlags, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        if (_core is TcpSocketCore stream) return stream.SendAsync(buffer, socketFlags, cancellationToken);
        return SendDatagramAsync(buffer, socketFlags, null, cancellationToken);
    }

    /// <summary>Sends all pieces in order.</summary>
    /// <returns>Octets sent: all.</returns>
    public async ValueTask<int> SendAsync(ReadOnlySequence<byte> buffers, CancellationToken cancellationToken = default)
    {
        long left = buffers.Length;
        int sent = 0;
        foreach (ReadOnlyMemory<byte> piece in buffers)
        {
            left -= piece.Length;
            // The pieces are one message: a short segment waits for the next piece, but the last one leaves at once.
            sent += await SendAsync(piece, left > 0 ? SocketFlags.Partial : SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        return sent;
    }

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ReceiveAsync(buffer, SocketFlags.None, cancellationToken);

    /// <summary>Receives what is there. Allocates nothing in a steady state.</summary>
    /// <exception cref="SocketException">As <see cref="Receive(Span{byte}, SocketFlags)"/>; OperationAborted: the socket was closed.</exception>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags socketFlags, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return _core is TcpSocketCore stream
            ? stream.ReceiveAsync(buffer, socketFlags, cancellationToken)
            : ((UdpSocketCore)_core).ReceiveAsync(buffer, socketFlags, null, cancellationToken);
    }

    private int WaitTime(int timeout) => !_blocking ? 0 : timeout <= 0 ? Timeout.Infinite : timeout;

    private static int CheckedTimeout(int milliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1);
        return Math.Max(0, milliseconds);
    }
}
