using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace StackSharp.AspNetCore;

/// <content>The two loops.</content>
public sealed partial class StackConnectionContext
{
    private const int SmallReceive = 4 << 10;
    private const int LargeReceive = 64 << 10;

    private async Task ReceiveAsync()
    {
        Exception? failure = null;
        try
        {
            await ReceiveUntilEndAsync();
        }
        catch (Exception error)
        {
            failure = Translate(error);
        }

        await _wire.Output.CompleteAsync(failure);
        EndDirection(receiving: true, failure);
    }

    private async Task ReceiveUntilEndAsync()
    {
        PipeWriter input = _wire.Output;
        int wanted = SmallReceive;
        while (true)
        {
            if (_options.WaitForDataBeforeAllocatingBuffer && _socket.Available == 0) await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
            Memory<byte> buffer = input.GetMemory(wanted);
            int received = await _socket.ReceiveAsync(buffer, SocketFlags.None);
            if (received == 0) return;

            // Bulk data is taken in large pieces, a request in one block of the pool.
            wanted = received >= wanted ? LargeReceive : received < SmallReceive ? SmallReceive : wanted;
            input.Advance(received);
            FlushResult flushed = await input.FlushAsync();
            if (flushed.IsCompleted || flushed.IsCanceled) return;
        }
    }

    private async Task SendAsync()
    {
        Exception? failure = null;
        try
        {
            await SendUntilEndAsync();
        }
        catch (Exception error)
        {
            failure = Translate(error);
        }

        await _wire.Input.CompleteAsync(failure);
        EndDirection(receiving: false, failure);
    }

    private async Task SendUntilEndAsync()
    {
        PipeReader output = _wire.Input;
        while (true)
        {
            _sendIdle = true;
            ReadResult read = await output.ReadAsync();
            _sendIdle = false;
            if (read.IsCanceled) return;
            if (!read.Buffer.IsEmpty) await SendAsync(read.Buffer);
            output.AdvanceTo(read.Buffer.End);
            if (!read.IsCompleted) continue;

            // The application has finished writing: FIN, while the peer may go on.
            ShutdownSend();
            return;
        }
    }

    private async ValueTask SendAsync(ReadOnlySequence<byte> octets)
    {
        // All pieces but the last say that more follows, so that a response's head and body share their segments.
        SequencePosition next = octets.Start;
        octets.TryGet(ref next, out ReadOnlyMemory<byte> piece);
        while (octets.TryGet(ref next, out ReadOnlyMemory<byte> following))
        {
            await SendAllAsync(piece, SocketFlags.Partial);
            piece = following;
        }

        await SendAllAsync(piece, SocketFlags.None);
    }

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> octets, SocketFlags flags)
    {
        while (!octets.IsEmpty)
        {
            int sent = await _socket.SendAsync(octets, flags);
            octets = octets[sent..];
        }
    }
}
