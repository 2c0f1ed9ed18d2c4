using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>TCP of one stack: its connections, listeners and ports.</summary>
public sealed class TcpLayer
{
    public TcpLayer(TcpLayerOptions options, ITransportNetwork network, ReadyQueue ready, IRandomSource random) => throw new NotImplementedException();

    public TcpLayerOptions Options => throw new NotImplementedException();

    public TcpStatistics Statistics => throw new NotImplementedException();

    /// <summary>Earliest moment at which <see cref="OnDeadline"/> has something to do.</summary>
    public Instant NextDeadline => throw new NotImplementedException();

    /// <summary>Every connection, in no order: for netstat.</summary>
    public IEnumerable<TcpConnection> Connections => throw new NotImplementedException();

    public IEnumerable<TcpListener> Listeners => throw new NotImplementedException();

    /// <summary>Claims a local address and port.</summary>
    /// <param name="local">Port 0: one is drawn from the ephemeral range (RFC 6056 §3.3.3).</param>
    /// <returns>AddressNotAvailable: no interface has it. AddressAlreadyInUse, AccessDenied: see <see cref="PortSharing"/>.</returns>
    public TransportError Bind(in IpEndpoint local, PortSharing sharing, out PortBinding? binding) => throw new NotImplementedException();

    /// <summary>Passive OPEN (RFC 9293 §3.10.1). The listener takes over the binding.</summary>
    /// <returns>AddressAlreadyInUse: something listens there.</returns>
    public TransportError Listen(PortBinding binding, int backlog, in TcpSocketOptions options, object owner, out TcpListener? listener) => throw new NotImplementedException();

    /// <summary>Active OPEN (RFC 9293 §3.10.1). The connection takes over the binding.</summary>
    /// <param name="binding">Local address and port, or null to have both chosen.</param>
    /// <returns>
    /// NetworkUnreachable; AddressNotAvailable: the remote address or port is unspecified, broadcast or multicast (MUST-46), or no
    /// ephemeral port is left; AddressAlreadyInUse: that connection exists. Later failures arrive as events.
    /// </returns>
    public TransportError Connect(PortBinding? binding, in IpEndpoint remote, in TcpSocketOptions options, object owner, Instant now, out TcpConnection? connection) => throw new NotImplementedException();

    /// <summary>A TCP segment for one of our addresses.</summary>
    /// <param name="checksumVerified">The device vouches for the checksum.</param>
    public void OnSegment(in TransportDatagram datagram, bool checksumVerified, Instant now) => throw new NotImplementedException();

    /// <summary>All frames of a batch are in: send what they gave rise to, one ACK per connection.</summary>
    public void OnBatchEnd(Instant now) => throw new NotImplementedException();

    /// <summary>ICMP said something of a segment of ours (RFC 5927).</summary>
    public void OnNetworkProblem(in NetworkProblem problem, Instant now) => throw new NotImplementedException();

    /// <summary>Runs every timer that is due.</summary>
    public void OnDeadline(Instant now) => throw new NotImplementedException();

    /// <summary>The stack shuts down: everything is aborted (RST where the RFC wants one) and all buffers are returned.</summary>
    public void Shutdown(Instant now) => throw new NotImplementedException();
}
