using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp;

namespace StackSharp.Packetdrill.Sockets;

/// <content>TCP_DEFER_ACCEPT: accept is not told of a connection before there is something to read, or the time for that is over.</content>
internal sealed partial class TcpSocket
{
    private readonly List<(TcpConnection Connection, Instant Until)> _silent = [];
    private TimeSpan _deferral;

    private bool HasAcceptable => (_deferral == TimeSpan.Zero && _listener!.AcceptableCount > 0) || FindAcceptable() >= 0;

    private TcpConnection? NextAcceptable()
    {
        if (_deferral == TimeSpan.Zero && _silent.Count == 0) return _listener!.TryAccept();
        int index = FindAcceptable();
        if (index < 0) return null;
        TcpConnection found = _silent[index].Connection;
        _silent.RemoveAt(index);
        return found;
    }

    private int FindAcceptable()
    {
        while (_listener!.TryAccept() is { } arrived)
        {
            arrived.Owner = this;
            _silent.Add((arrived, Now + _deferral));
        }
        return _silent.FindIndex(waiting => IsWorthAccepting(waiting.Connection) || Now >= waiting.Until);
    }

    private static bool IsWorthAccepting(TcpConnection connection) =>
        connection.ReadableBytes > 0 || connection.IsEndOfStream || connection.State == TcpState.Closed;

    private void AbortSilent()
    {
        foreach ((TcpConnection connection, _) in _silent) connection.Abort(Now);
        _silent.Clear();
    }
}
