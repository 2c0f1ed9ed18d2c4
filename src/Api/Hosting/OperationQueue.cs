namespace StackSharp.Hosting;

/// <summary>Waiting calls, first come first served. Under the host's lock.</summary>
internal struct OperationQueue
{
    private SocketOperation? _last;

    public SocketOperation? First { get; private set; }

    public readonly bool IsEmpty => First is null;

    public void Append(SocketOperation operation)
    {
        operation.State = OperationState.Queued;
        operation.Previous = _last;
        operation.Next = null;
        if (_last is null) First = operation;
        else _last.Next = operation;
        _last = operation;
    }

    /// <summary>For one that has been served in part and goes on before all others.</summary>
    public void Prepend(SocketOperation operation)
    {
        operation.State = OperationState.Queued;
        operation.Previous = null;
        operation.Next = First;
        if (First is null) _last = operation;
        else First.Previous = operation;
        First = operation;
    }

    public void Remove(SocketOperation operation)
    {
        if (operation.Previous is null) First = operation.Next;
        else operation.Previous.Next = operation.Next;
        if (operation.Next is null) _last = operation.Previous;
        else operation.Next.Previous = operation.Previous;
        operation.Next = null;
        operation.Previous = null;
    }

    /// <summary>The first that tells this sink; null: any sink.</summary>
    public readonly SocketOperation? Find(IOperationSink? sink)
    {
        for (SocketOperation? operation = First; operation is not null; operation = operation.Next)
            if (operation.Sink is not null && (sink is null || operation.Sink == sink)) return operation;
        return null;
    }
}
