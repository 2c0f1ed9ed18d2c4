using System.Net.Sockets;
using StackSharp.Hosting;
using StackSharp.Spi;
using StackSharp.Stack.Wire;
using StackSharp.Winsock;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Providers;

/// <summary>AcceptEx: a connection into a socket that is there already, and what the peer says first.</summary>
internal sealed class AcceptCall(WSAOVERLAPPED overlapped) : PendingCall(overlapped)
{
    private ProviderSocket _acceptor = null!;
    private Memory<byte> _output;
    private int _dataBytes;
    private int _localBytes;
    private bool _isAccepted;

    /// <inheritdoc cref="PendingCall.Of"/>
    public static AcceptCall Of(WSAOVERLAPPED overlapped) => Of(overlapped, static owner => new AcceptCall(owner));

    /// <returns>0; WSA_IO_PENDING; WSAEINVAL: the listener does not listen, or the acceptor is in use.</returns>
    public int Begin(ITransportUpcalls upcalls, ProviderSocket listener, ProviderSocket acceptor, Memory<byte> output, int dataBytes, int localBytes, out uint received)
    {
        received = 0;
        if (listener.Stream is not { } stream || acceptor.Stream is not { } into || stream.IsIpv6 != into.IsIpv6 || !acceptor.TryReserve(this)) return WSAEINVAL;
        Begin(upcalls, listener);
        (_acceptor, _output, _dataBytes, _localBytes, _isAccepted) = (acceptor, output, dataBytes, localBytes, false);
        SocketError error = stream.Accept(into, this);
        if (error == SocketError.IOPending) return WSA_IO_PENDING;
        if (error == SocketError.Success) error = GoOn(out received);
        if (error != SocketError.IOPending) Forget();
        return ErrorOf(error);
    }

    public override bool Cancel() => _isAccepted ? _acceptor.Core.Cancel(this) : base.Cancel();

    public override void OnEnded(SocketError error, int done, in IpEndpoint source)
    {
        uint received = (uint)done;
        if (error == SocketError.Success && !_isAccepted) error = GoOn(out received);
        else if (error == SocketError.Success) WriteAddresses();
        if (error == SocketError.IOPending) return;
        Forget();
        Complete(error, received);
    }

    // The connection is there. With room for data the call ends by the first of them, or by the end of the stream.
    private SocketError GoOn(out uint received)
    {
        _isAccepted = true;
        received = 0;
        if (_dataBytes > 0)
        {
            SocketError error = _acceptor.Stream!.Receive(_output[.._dataBytes], SocketFlags.None, this, out int count);
            if (error != SocketError.Success) return error;
            received = (uint)count;
        }
        WriteAddresses();
        return SocketError.Success;
    }

    private void WriteAddresses()
    {
        TcpSocketCore stream = _acceptor.Stream!;
        int size = 0;
        Span<byte> addresses = _output.Span[_dataBytes..];
        if (_localBytes > 0 && stream.LocalEndpoint is { } local) SocketAddressFormat.Write(local, stream.IsIpv6, addresses, ref size);
        if (stream.RemoteEndpoint is { } remote) SocketAddressFormat.Write(remote, stream.IsIpv6, addresses[_localBytes..], ref size);
    }

    private void Forget()
    {
        _acceptor.EndReservation(this);
        _output = default;
    }
}
