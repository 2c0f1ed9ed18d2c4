using System.Buffers.Binary;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Echo;

/// <summary>The echo clients of one stack, told apart by their identifiers (RFC 792).</summary>
/// <param name="share">Which identifiers are drawn: they are shared out as ports are.</param>
internal sealed class EchoLayer(ITransportNetwork network, ReadyQueue ready, IRandomSource random, PortShare share = default)
{
    private readonly Dictionary<ushort, EchoEndpoint> _endpoints = [];
    private readonly PortRange _identifiers = new(1, ushort.MaxValue, share);

    public ITransportNetwork Network { get; } = network;

    public TransportError TryOpen(object owner, out EchoEndpoint? endpoint)
    {
        endpoint = null;
        if (_endpoints.Count >= _identifiers.Count) return TransportError.NoBufferSpaceAvailable;
        uint position = (uint)random.Next();
        while (_endpoints.ContainsKey(_identifiers.At(position))) position++;
        ushort identifier = _identifiers.At(position);
        endpoint = new EchoEndpoint(this, identifier, ready) { Owner = owner };
        _endpoints.Add(identifier, endpoint);
        return TransportError.None;
    }

    /// <param name="message">An ICMP echo reply, checked.</param>
    /// <returns>False: nobody waits for it.</returns>
    public bool OnReply(ReadOnlySpan<byte> message, in IpAddress source, byte hopLimit, Instant now) =>
        _endpoints.TryGetValue(BinaryPrimitives.ReadUInt16BigEndian(message[4..]), out EchoEndpoint? endpoint) && endpoint.OnReply(message, source, hopLimit, now);

    /// <returns>False: nobody has sent the quoted request.</returns>
    public bool OnNetworkProblem(in NetworkProblem problem, Instant now) =>
        problem.TransportHeader.Length >= 8
        && _endpoints.TryGetValue(BinaryPrimitives.ReadUInt16BigEndian(problem.TransportHeader[4..]), out EchoEndpoint? endpoint)
        && endpoint.OnNetworkProblem(problem, now);

    public void Shutdown()
    {
        foreach (EchoEndpoint endpoint in _endpoints.Values.ToArray()) endpoint.Close();
    }

    internal void Remove(EchoEndpoint endpoint) => _endpoints.Remove(endpoint.Identifier);
}
