using System.Collections.Concurrent;

namespace StackSharp.Hosting;

/// <content>Operations that no socket holds on to.</content>
public sealed partial class StackHost
{
    private const int PooledOperations = 1024;
    private readonly ConcurrentQueue<SocketOperation> _operations = new();
    private int _pooledOperations;

    internal SocketOperation RentOperation()
    {
        if (!_operations.TryDequeue(out SocketOperation? operation)) return new SocketOperation();
        Interlocked.Decrement(ref _pooledOperations);
        return operation;
    }

    internal void PoolOperation(SocketOperation operation)
    {
        if (Interlocked.Increment(ref _pooledOperations) > PooledOperations) Interlocked.Decrement(ref _pooledOperations);
        else _operations.Enqueue(operation);
    }
}
