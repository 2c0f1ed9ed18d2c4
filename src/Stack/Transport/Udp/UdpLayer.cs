namespace StackSharp.Stack.Transport.Udp;

/// <summary>UDP of one stack: its endpoints and ports (RFC 768).</summary>
public sealed class UdpLayer
{
    public UdpLayerOptions Options => throw new NotImplementedException();

    public UdpStatistics Statistics => throw new NotImplementedException();

    /// <summary>Every open endpoint, in no order: for netstat.</summary>
    public IEnumerable<UdpEndpoint> Endpoints => throw new NotImplementedException();

    /// <summary>A new endpoint, not bound.</summary>
    /// <param name="owner">Goes to <see cref="TransportEndpoint.Owner"/>.</param>
    /// <param name="endpoint">Null with an error.</param>
    /// <returns>NoBufferSpaceAvailable: <see cref="UdpLayerOptions.MaximumEndpoints"/> are open.</returns>
    public TransportError TryCreate(object owner, out UdpEndpoint? endpoint) => throw new NotImplementedException();

    /// <summary>As <see cref="TryCreate"/>, for callers that have no use for the error.</summary>
    /// <exception cref="InvalidOperationException"><see cref="UdpLayerOptions.MaximumEndpoints"/> are open.</exception>
    public UdpEndpoint Create(object owner) => throw new NotImplementedException();
}
