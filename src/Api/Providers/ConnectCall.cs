using System.Net.Sockets;
using StackSharp.Spi;
using StackSharp.Stack.Wire;
using StackSharp.Winsock;

namespace StackSharp.Providers;

/// <summary>ConnectEx: a connection, and what is said first on it.</summary>
internal sealed class ConnectCall(WSAOVERLAPPED overlapped) : PendingCall(overlapped)
{
    private ReadOnlyMemory<byte> _first;
    private bool _isConnected;

    /// <inheritdoc cref="PendingCall.Of"/>
    public static ConnectCall Of(WSAOVERLAPPED overlapped) => Of(overlapped, static owner => new ConnectCall(owner));

    /// <returns>WSA_IO_PENDING, or why it was not begun.</returns>
    public int Begin(ITransportUpcalls upcalls, ProviderSocket socket, in IpEndpoint remote, ReadOnlyMemory<byte> first)
    {
        Begin(upcalls, socket);
        (_first, _isConnected) = (first, false);
        return ErrorOf(socket.Stream!.Connect(remote, this));
    }

    public override void OnEnded(SocketError error, int done, in IpEndpoint source)
    {
        uint sent = _isConnected && error == SocketError.Success ? (uint)_first.Length : 0;
        if (!_isConnected && error == SocketError.Success && !_first.IsEmpty)
        {
            _isConnected = true;
            error = Socket.Stream!.Send(_first, SocketFlags.None, this);
            if (error == SocketError.IOPending) return;
            if (error == SocketError.Success) sent = (uint)_first.Length;
        }
        _first = default;
        Complete(error, sent);
    }
}
