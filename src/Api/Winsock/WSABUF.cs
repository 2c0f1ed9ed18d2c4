namespace StackSharp.Winsock;

/// <summary>A buffer of an overlapped or scattered call.</summary>
/// <remarks>Memory in place of C's pointer: it belongs to the stack until the call has completed. The array of buffers may be used again at once.</remarks>
public struct WSABUF
{
    /// <param name="buffer">All of it counts.</param>
    public WSABUF(Memory<byte> buffer) => (len, buf) = ((uint)buffer.Length, buffer);

    /// <summary>Octets of <see cref="buf"/> that count; more than it has: WSAEFAULT.</summary>
    public uint len;

    public Memory<byte> buf;
}
