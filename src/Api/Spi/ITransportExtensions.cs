using StackSharp.Winsock;

namespace StackSharp.Spi;

/// <summary>The extension functions that a transport provider hands out by SIO_GET_EXTENSION_FUNCTION_POINTER in C. A provider without them does not implement
/// this.</summary>
/// <remarks>As with the other overlapped calls: 0, or SOCKET_ERROR, with WSA_IO_PENDING if the outcome comes by an upcall.</remarks>
public interface ITransportExtensions
{
    /// <param name="output">Room for data, for a local and for a remote address, in this order.</param>
    int AcceptEx(SOCKET listener, SOCKET acceptor, Memory<byte> output, int dataBytes, int localBytes, out uint received, WSAOVERLAPPED overlapped, out int error);

    int ConnectEx(SOCKET s, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> first, WSAOVERLAPPED overlapped, out int error);

    /// <param name="reuse">TF_REUSE_SOCKET.</param>
    int DisconnectEx(SOCKET s, bool reuse, out int error);
}
