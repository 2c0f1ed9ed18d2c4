using System.Buffers;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Winsock;

/// <summary>The octets of an array of buffers in one piece: the only one as it is, several joined by copying.</summary>
internal ref struct GatheredBuffers
{
    private byte[]? _rented;

    /// <summary>All octets that count; for receiving: where they are to go.</summary>
    public Span<byte> Octets { get; private set; }

    /// <returns>0; WSAEFAULT: a buffer is shorter than it says, or all together are too long.</returns>
    public static int TryJoin(ReadOnlySpan<WSABUF> buffers, out GatheredBuffers joined)
    {
        int error = TryMakeRoom(buffers, out joined);
        if (error != 0 || joined._rented is null) return error;
        Span<byte> left = joined.Octets;
        foreach (ref readonly WSABUF buffer in buffers)
        {
            buffer.buf.Span[..(int)buffer.len].CopyTo(left);
            left = left[(int)buffer.len..];
        }
        return 0;
    }

    /// <summary>Room for what is to be received; <see cref="ScatterTo"/> puts it in its place.</summary>
    public static int TryMakeRoom(ReadOnlySpan<WSABUF> buffers, out GatheredBuffers room)
    {
        room = default;
        long total = 0;
        foreach (ref readonly WSABUF buffer in buffers)
        {
            if (buffer.len > (uint)buffer.buf.Length) return WSAEFAULT;
            total += buffer.len;
        }
        if (total > Array.MaxLength) return WSAEFAULT;
        if (buffers.Length == 1)
        {
            room.Octets = buffers[0].buf.Span[..(int)total];
            return 0;
        }
        room._rented = ArrayPool<byte>.Shared.Rent((int)total);
        room.Octets = room._rented.AsSpan(0, (int)total);
        return 0;
    }

    /// <summary>Fills the buffers, one after the other, with what was received.</summary>
    public readonly void ScatterTo(ReadOnlySpan<WSABUF> buffers, int received)
    {
        if (_rented is null) return;
        ReadOnlySpan<byte> left = Octets[..received];
        foreach (ref readonly WSABUF buffer in buffers)
        {
            int count = Math.Min(left.Length, (int)buffer.len);
            left[..count].CopyTo(buffer.buf.Span);
            left = left[count..];
        }
    }

    public void Dispose()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        this = default;
    }
}
