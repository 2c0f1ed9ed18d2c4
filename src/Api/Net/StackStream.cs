using System.IO;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace StackSharp.Net;

/// <summary>System.Net.Sockets.NetworkStream over a connected StackSocket.</summary>
/// <remarks>One reader and one writer may use it at once. Errors are IOException with the SocketException inside.</remarks>
public sealed class StackStream : Stream
{
    private readonly bool _ownsSocket;
    private bool _disposed;

    /// <param name="socket">A connected stream socket.</param>
    /// <param name="ownsSocket">Closes the socket with the stream.</param>
    /// <exception cref="IOException">The socket is not connected, or not a stream socket, or not blocking.</exception>
    public StackStream(StackSocket socket, bool ownsSocket = false)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.SocketType != SocketType.Stream) throw new IOException("The socket is not a stream socket.");
        if (!socket.Connected) throw new IOException("The socket is not connected.");
        if (!socket.Blocking) throw new IOException("The socket must be blocking.");
        Socket = socket;
        _ownsSocket = ownsSocket;
    }

    public StackSocket Socket { get; }

    public override bool CanRead => !_disposed;

    public override bool CanWrite => !_disposed;

    public override bool CanSeek => false;

    public override bool CanTimeout => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Octets can be read without waiting.</summary>
    public bool DataAvailable => Socket.Available > 0;

    /// <summary>Milliseconds that a synchronous read waits; -1: no limit.</summary>
    public override int ReadTimeout
    {
        get => Socket.ReceiveTimeout == 0 ? Timeout.Infinite : Socket.ReceiveTimeout;
        set
        {
            if (value is 0 or < Timeout.Infinite) throw new ArgumentOutOfRangeException(nameof(value), value, "Milliseconds above 0, or -1.");
            Socket.ReceiveTimeout = value;
        }
    }

    /// <summary>Milliseconds that a synchronous write waits; -1: no limit.</summary>
    public override int WriteTimeout
    {
        get => Socket.SendTimeout == 0 ? Timeout.Infinite : Socket.SendTimeout;
        set
        {
            if (value is 0 or < Timeout.Infinite) throw new ArgumentOutOfRangeException(nameof(value), value, "Milliseconds above 0, or -1.");
            Socket.SendTimeout = value;
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    /// <summary>Reads what is there; 0: the peer has finished. An empty buffer waits until there is something.</summary>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int read = Socket.Receive(buffer, SocketFlags.None, out SocketError error);
        return error == SocketError.Success ? read : throw Failure("read from", error);
    }

    public override int ReadByte()
    {
        byte octet = 0;
        return Read(new Span<byte>(ref octet)) == 0 ? -1 : octet;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc cref="Read(Span{byte})"/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ValueTask<int> read = Socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
        return read.IsCompletedSuccessfully ? read : Awaited(read);

        static async ValueTask<int> Awaited(ValueTask<int> read)
        {
            try
            {
                return await read.ConfigureAwait(false);
            }
            catch (SocketException exception)
            {
                throw Failure("read from", exception);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _ = Socket.Send(buffer, SocketFlags.None, out SocketError error);
        if (error != SocketError.Success) throw Failure("write to", error);
    }

    public override void WriteByte(byte value) => Write(new ReadOnlySpan<byte>(in value));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ValueTask<int> write = Socket.SendAsync(buffer, SocketFlags.None, cancellationToken);
        if (!write.IsCompletedSuccessfully) return Awaited(write);
        _ = write.Result;
        return default;

        static async ValueTask Awaited(ValueTask<int> write)
        {
            try
            {
                await write.ConfigureAwait(false);
            }
            catch (SocketException exception)
            {
                throw Failure("write to", exception);
            }
        }
    }

    /// <summary>Nothing to do: what is written is on its way.</summary>
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Closes, waiting for the peer to acknowledge what was sent.</summary>
    /// <param name="timeout">Seconds; -1: not at all, the stack sends the rest in the background.</param>
    public void Close(int timeout)
    {
        _disposed = true;
        if (_ownsSocket) Socket.Close(timeout);
        Dispose();
    }

    /// <summary>As <see cref="Close(int)"/>, without holding the caller.</summary>
    public Task CloseAsync(int timeout = -1)
    {
        if (timeout > 0) return Task.Run(() => Close(timeout));
        Close(timeout);
        return Task.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed && _ownsSocket) Socket.Dispose();
        _disposed = true;
        base.Dispose(disposing);
    }

    private static IOException Failure(string what, SocketError error) => Failure(what, StackSocket.Failure(error));

    private static IOException Failure(string what, SocketException exception) =>
        new($"Unable to {what} the connection: {exception.Message}", exception);
}
