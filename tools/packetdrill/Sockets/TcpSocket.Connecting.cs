using StackSharp.Packetdrill.Wire;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Wire;

namespace StackSharp.Packetdrill.Sockets;

/// <content>connect, in all that Linux answers to it.</content>
internal sealed partial class TcpSocket
{
    public long Connect(in IpEndpoint peer)
    {
        if (_listener is not null) return -Errno.IsConnected;
        if (_connection is not null) return ConnectAgain();
        long started = Start(peer, _connectsBySending);
        if (started < 0) return started;
        if (!IsDeferred) return FinishConnecting(isBlocking: !IsNonBlocking);
        _isConnectReported = true;
        return 0;
    }

    /// <summary>connect with AF_UNSPEC: the socket forgets its connection and may begin another.</summary>
    public long Disconnect()
    {
        StopListening();
        _connection?.Abort(Now);
        _connection = null;
        _isAccepted = false;
        _isConnectReported = false;
        _isErrorTaken = false;
        _isReadShut = false;
        _isWriteShut = false;
        return 0;
    }

    private long Start(in IpEndpoint peer, bool withFastOpen)
    {
        _options = WithClientFastOpen(_session.Settings.Refresh(_options), withFastOpen);
        TransportError error = Tcp.Connect(_binding, peer, _options, this, Now, out _connection);
        if (error != TransportError.None) return -Errno.Of(error);
        _binding = null;   // The connection has it now.
        return 0;
    }

    private long ConnectAgain()
    {
        if (IsConnecting) return IsNonBlocking ? -Errno.Already : FinishConnecting(isBlocking: true);
        int error = TakeError();
        if (error != 0)
        {
            Disconnect();
            return -error;
        }
        if (_isConnectReported) return -Errno.IsConnected;
        _isConnectReported = true;
        return 0;
    }

    private long FinishConnecting(bool isBlocking)
    {
        if (!isBlocking && IsConnecting) return -Errno.InProgress;
        return Await(isBlocking: true, () =>
        {
            if (IsConnecting) return null;
            _isConnectReported = true;
            return -TakeError();
        });
    }
}
