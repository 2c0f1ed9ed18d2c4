using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Echo;

/// <summary>Sends ICMP echo requests and collects what comes of them (RFC 1122 §3.2.2.6).</summary>
public sealed class EchoEndpoint : TransportEndpoint
{
    internal EchoEndpoint(ReadyQueue ready)
        : base(ready)
    {
    }

    /// <summary>Tells this endpoint's requests from others; drawn at random.</summary>
    public ushort Identifier => throw new NotImplementedException();

    /// <summary>Sends one request.</summary>
    /// <param name="destination">Unicast.</param>
    /// <param name="sequence">Comes back in the reply.</param>
    /// <param name="data">Copied; up to 65,507 octets.</param>
    /// <param name="hopLimit">0: the default.</param>
    /// <returns>MessageSize; AddressNotAvailable; NetworkUnreachable; HostUnreachable; NoBufferSpaceAvailable.</returns>
    public TransportError SendEcho(in IpAddress destination, ushort sequence, ReadOnlySpan<byte> data, byte hopLimit, bool dontFragment, Instant now) =>
        throw new NotImplementedException();

    /// <summary>Takes the oldest answer. At most 64 wait; further ones are dropped.</summary>
    public bool TryReceive(out EchoReply reply) => throw new NotImplementedException();

    /// <summary>Frees the identifier. The owner hears nothing more.</summary>
    public void Close() => throw new NotImplementedException();
}
