namespace StackSharp.Stack.Transport;

/// <summary>Endpoints with events that their owner has not seen: each at most once, in order of their first event.</summary>
public sealed class ReadyQueue
{
    private TransportEndpoint? _first;
    private TransportEndpoint? _last;

    public bool IsEmpty => _first is null;

    /// <summary>The endpoint that has waited longest, or null.</summary>
    public TransportEndpoint? Take()
    {
        TransportEndpoint? endpoint = _first;
        if (endpoint is null) return null;
        _first = endpoint.NextReady;
        if (_first is null) _last = null;
        endpoint.NextReady = null;
        endpoint.IsQueuedAsReady = false;
        return endpoint;
    }

    internal void Enqueue(TransportEndpoint endpoint)
    {
        endpoint.IsQueuedAsReady = true;
        if (_last is null) _first = endpoint;
        else _last.NextReady = endpoint;
        _last = endpoint;
    }
}
