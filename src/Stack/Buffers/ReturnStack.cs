namespace StackSharp.Stack.Buffers;

/// <summary>Can stand in a <see cref="ReturnStack{T}"/>, in one at a time.</summary>
internal interface IReturnable<T>
    where T : class
{
    /// <summary>The one below; the stack's own while it stands there.</summary>
    T? NextReturned { get; set; }
}

/// <summary>A lock-free stack that any thread pushes to and one thread at a time pops from (Treiber, 1986).</summary>
/// <remarks>With a single popper the head cannot leave and come back while it is being popped, so there is no ABA problem.</remarks>
internal struct ReturnStack<T>
    where T : class, IReturnable<T>
{
    private T? _head;

    public void Push(T item)
    {
        T? head = Volatile.Read(ref _head);
        while (true)
        {
            item.NextReturned = head;
            T? seen = Interlocked.CompareExchange(ref _head, item, head);
            if (ReferenceEquals(seen, head)) return;
            head = seen;
        }
    }

    public T? Pop()
    {
        T? head = Volatile.Read(ref _head);
        while (head is not null)
        {
            T? seen = Interlocked.CompareExchange(ref _head, head.NextReturned, head);
            if (ReferenceEquals(seen, head))
            {
                head.NextReturned = null;
                return head;
            }
            head = seen;
        }
        return null;
    }

    public void Clear() => _head = null;
}
