namespace StackSharp.Stack.Transport.Tcp;

/// <summary>The connections in TIME-WAIT, in the order in which they came: the oldest makes way when there are too many.</summary>
internal sealed class TimeWaitList
{
    private TcpConnection? _newest;

    public int Count { get; private set; }

    public TcpConnection? Oldest { get; private set; }

    public void Add(TcpConnection connection)
    {
        connection.PreviousInTimeWait = _newest;
        if (_newest is null) Oldest = connection;
        else _newest.NextInTimeWait = connection;
        _newest = connection;
        Count++;
    }

    /// <summary>Does nothing for a connection that is not in the list.</summary>
    public void Remove(TcpConnection connection)
    {
        if (connection.PreviousInTimeWait is null && Oldest != connection) return;
        if (connection.PreviousInTimeWait is null) Oldest = connection.NextInTimeWait;
        else connection.PreviousInTimeWait.NextInTimeWait = connection.NextInTimeWait;
        if (connection.NextInTimeWait is null) _newest = connection.PreviousInTimeWait;
        else connection.NextInTimeWait.PreviousInTimeWait = connection.PreviousInTimeWait;
        connection.PreviousInTimeWait = null;
        connection.NextInTimeWait = null;
        Count--;
    }
}
