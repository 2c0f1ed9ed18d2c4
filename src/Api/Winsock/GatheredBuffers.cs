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
        if (joined._rented is not null) Gather(buffers, joined.Octets);
        return error;
    }

    /// <summary>Room for what is to be received; <see cref="ScatterTo"/> puts it in its place.</summary>
    public static int TryMakeRoom(ReadOnlySpan<WSABUF> buffers, out GatheredBuffers room)
    {
        room = default;
        if (!TryMeasure(buffers, out int total)) return WSAEFAULT;
        if (buffers.Length == 1)
        {
            room.Octets = buffers[0].buf.Span[..total];
            return 0;
        }
        room._rented = ArrayPool<byte>.Shared.Rent(total);
        room.Octets = room._rented.AsSpan(0, total);
        return 0;
    }

    /// <summary>Octets of all buffers together.</summary>
    /// <returns>False: a buffer is shorter than it says, or all together are too long.</returns>
    public static bool TryMeasure(ReadOnlySpan<WSABUF> buffers, out int total)
    {
        total = 0;
        long sum = 0;
        foreach (ref readonly WSABUF buffer in buffers)
        {
            if (buffer.len > (uint)buffer.buf.Length) return false;
            sum += buffer.len;
        }
        if (sum > Array.MaxLength) return false;
        total = (int)sum;
        return true;
    }

    /// <summary>Copies what the buffers hold behind each other.</summary>
    public static void Gather(ReadOnlySpan<WSABUF> buffers, Span<byte> destination)
    {
        foreach (ref readonly WSABUF buffer in buffers)
        {
            buffer.buf.Span[..(int)buffer.len].CopyTo(destination);
            destination = destination[(int)buffer.len..];
        }
    }

    /// <summary>Fills the buffers, one after the other.</summary>
    public static void Scatter(ReadOnlySpan<byte> octets, ReadOnlySpan<WSABUF> buffers)
    {
        foreach (ref readonly WSABUF buffer in buffers)
        {
            int count = Math.Min(octets.Length, (int)buffer.len);
            octets[..count].CopyTo(buffer.buf.Span);
            octets = octets[count..];
        }
    }

    /// <summary>Puts what was received into the buffers, unless it stands there already.</summary>
    public readonly void ScatterTo(ReadOnlySpan<WSABUF> buffers, int received)
    {
        if (_rented is not null) Scatter(Octets[..received], buffers);
    }

    public void Dispose()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        this = default;
    }
}
