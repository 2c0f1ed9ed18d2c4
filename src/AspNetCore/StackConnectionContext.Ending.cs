using System.Net.Sockets;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;

namespace StackSharp.AspNetCore;

/// <content>How a connection ends: each direction by itself, both at once by abort, and for good by disposal.</content>
public sealed partial class StackConnectionContext
{
    private ConnectionAbortedException? _abortReason;
    private bool _receiveEnded;
    private bool _receiveFailed;
    private bool _sendEnded;
    private bool _closedFired;
    private bool _socketClosed;
    private volatile bool _sendIdle;
    private Task _closing = Task.CompletedTask;

    /// <summary>
    /// Ends the connection at once: by RST, and what has not been sent is lost. Where the peer has finished and nothing
    /// waits to be sent there is nothing to abort, and the close is an orderly one.
    /// </summary>
    /// <param name="abortReason">What the loops report; Kestrel passes null when the peer has gone.</param>
    public override void Abort(ConnectionAbortedException? abortReason)
    {
        abortReason ??= new ConnectionAbortedException();
        bool orderly;
        lock (_ending)
        {
            if (_socketClosed) return;
            _abortReason ??= abortReason;
            orderly = _receiveEnded && !_receiveFailed && _sendIdle;
        }

        TransportLog.Aborted(_logger, ConnectionId, abortReason.Message);
        CloseSocket(reset: !orderly);
        _wire.Input.CancelPendingRead();
        _wire.Output.CancelPendingFlush();
    }

    /// <summary>Completes both pipes, sends what is left, closes the socket and waits for the loops. What the peer still sends is not read: it is answered by RST.</summary>
    public override async ValueTask DisposeAsync()
    {
        await _application.Input.CompleteAsync();
        await _application.Output.CompleteAsync();
        await _sending;
        CloseSocket(reset: false);
        _wire.Output.CancelPendingFlush();
        await _receiving;
        await _closing;
        _closed.Dispose();
        await base.DisposeAsync();
    }

    private void ShutdownSend()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The connection has failed meanwhile: the receive loop reports it.
        }
        catch (ObjectDisposedException)
        {
            // Aborted meanwhile.
        }
    }

    private void EndDirection(bool receiving, Exception? failure)
    {
        bool fire;
        lock (_ending)
        {
            if (receiving)
            {
                _receiveEnded = true;
                _receiveFailed = failure is not null;
            }
            else
            {
                _sendEnded = true;
            }

            bool over = failure is not null || (_receiveEnded && (_sendEnded || !_options.KeepHalfOpen));
            fire = over && !_closedFired;
            _closedFired |= over;
        }

        // Handlers of the token are the application's code: neither loop nor the receive thread runs them.
        if (fire) _closing = FireClosedAsync();
    }

    private async Task FireClosedAsync()
    {
        try
        {
            await _closed.CancelAsync();
        }
        catch (AggregateException failure)
        {
            TransportLog.ClosedHandlerFailed(_logger, ConnectionId, failure);
        }
    }

    private void CloseSocket(bool reset)
    {
        lock (_ending)
        {
            if (_socketClosed) return;
            _socketClosed = true;
        }

        try
        {
            if (reset) _socket.LingerState = new LingerOption(true, 0);
        }
        catch (SocketException)
        {
            // The connection has failed already: there is nobody left to send a RST to.
        }
        finally
        {
            _socket.Dispose();   // Whatever happened: the loops end by it.
        }
    }

    private Exception Translate(Exception error)
    {
        if (_abortReason is not null) return _abortReason;
        switch ((error as SocketException)?.SocketErrorCode)
        {
            case SocketError.ConnectionReset:
                TransportLog.ResetByPeer(_logger, ConnectionId);
                return new ConnectionResetException(error.Message, error);
            case null or SocketError.OperationAborted or SocketError.Interrupted or SocketError.ConnectionAborted:
                return new ConnectionAbortedException("The connection was closed.", error);
            default:
                TransportLog.Failed(_logger, ConnectionId, error);
                return error;
        }
    }
}
