using System.Buffers.Binary;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Icmp;

namespace StackSharp.Stack.Transport.Echo;

/// <summary>Sends ICMP echo requests and collects what comes of them (RFC 1122 §3.2.2.6).</summary>
public sealed class EchoEndpoint : TransportEndpoint
{
    /// <summary>Answers that wait to be read; further ones are dropped.</summary>
    private const int MaximumWaiting = 64;

    /// <summary>Requests that are remembered: the latest of each low eight bits of the sequence number.</summary>
    private const int Remembered = 256;

    private const int MaximumData = 65535 - 20 - Icmpv4Header.Size;
    private readonly EchoLayer _layer;
    private readonly Request[] _requests = new Request[Remembered];
    private readonly Queue<EchoReply> _replies = new();
    private bool _isClosed;

    internal EchoEndpoint(EchoLayer layer, ushort identifier, ReadyQueue ready)
        : base(ready)
    {
        _layer = layer;
        Identifier = identifier;
    }

    /// <summary>Tells this endpoint's requests from others; drawn at random.</summary>
    public ushort Identifier { get; }

    /// <summary>Answers that found too many waiting.</summary>
    public long Dropped { get; private set; }

    /// <summary>Sends one request.</summary>
    /// <param name="destination">Unicast.</param>
    /// <param name="sequence">Comes back in the reply.</param>
    /// <param name="data">Copied; up to 65,507 octets.</param>
    /// <param name="hopLimit">0: the default.</param>
    /// <returns>InvalidArgument: closed. MessageSize; AddressNotAvailable; NetworkUnreachable; HostUnreachable; NoBufferSpaceAvailable.</returns>
    public TransportError SendEcho(in IpAddress destination, ushort sequence, ReadOnlySpan<byte> data, byte hopLimit, bool dontFragment, Instant now)
    {
        if (_isClosed) return TransportError.InvalidArgument;
        if (data.Length > MaximumData) return TransportError.MessageSize;
        if (!destination.IsIpv4 || destination.IsMulticast || _layer.Network.IsBroadcastAddress(destination)) return TransportError.AddressNotAvailable;
        TransportError error = _layer.Network.TryGetPath(IpAddress.AnyIpv4, destination, 0, out TransportPath? path);
        if (error != TransportError.None) return error;
        if (_layer.Network.TryRentFrame() is not { } frame) return TransportError.NoBufferSpaceAvailable;
        if (!data.IsEmpty)
        {
            if (_layer.Network.TryRentBuffer(data.Length, BufferUse.Progress, "ping") is not { } buffer)
            {
                frame.Release();
                return TransportError.NoBufferSpaceAvailable;
            }
            data.CopyTo(buffer.Storage);
            frame.Append(new PacketSlice(buffer, 0, data.Length));
        }
        uint sum = InternetChecksum.Sum(data);
        Icmpv4Writer.Write(frame.Prepend(Icmpv4Header.Size), Icmpv4Type.EchoRequest, 0, Icmpv4Writer.EchoWord(Identifier, sequence), sum);
        _requests[sequence % Remembered] = new Request(true, sequence, destination, path!.LocalAddress, data.Length, sum, now);
        return _layer.Network.Send(path, frame, new NetworkSendOptions((byte)IpProtocol.Icmp, hopLimit, 0, dontFragment), now);
    }

    /// <summary>Takes the oldest answer. At most 64 wait; further ones are dropped.</summary>
    public bool TryReceive(out EchoReply reply) => _replies.TryDequeue(out reply);

    /// <summary>Frees the identifier. The owner hears nothing more.</summary>
    public void Close()
    {
        if (_isClosed) return;
        _isClosed = true;
        Owner = null;
        _replies.Clear();
        _layer.Remove(this);
    }

    internal bool OnReply(ReadOnlySpan<byte> message, in IpAddress source, byte hopLimit, Instant now)
    {
        ushort sequence = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        ref readonly Request request = ref _requests[sequence % Remembered];
        if (!request.IsUsed || request.Sequence != sequence || request.Destination != source) return false;
        ReadOnlySpan<byte> data = message[Icmpv4Header.Size..];
        bool isIntact = data.Length == request.Length && InternetChecksum.Sum(data) == request.Sum;
        Queue(new EchoReply(EchoOutcome.Reply, sequence, source, source, hopLimit, data.Length, isIntact, request.SentAt, now, 0));
        return true;
    }

    internal bool OnNetworkProblem(in NetworkProblem problem, Instant now)
    {
        if (problem.TransportHeader[0] != (byte)Icmpv4Type.EchoRequest) return false;
        ushort sequence = BinaryPrimitives.ReadUInt16BigEndian(problem.TransportHeader[6..]);
        ref readonly Request request = ref _requests[sequence % Remembered];
        if (!request.IsUsed || request.Sequence != sequence || request.Destination != problem.Remote || request.Local != problem.Local) return false;
        if (problem.Kind == NetworkProblemKind.PacketTooBig
            && _layer.Network.TryGetPath(IpAddress.AnyIpv4, problem.Remote, 0, out TransportPath? path) == TransportError.None)
            path!.LowerMaximumTransmissionUnit(problem.MaximumTransmissionUnit);
        Queue(new EchoReply(
            OutcomeOf(problem.Kind), sequence, problem.Reporter, problem.Remote, 0, 0, false, request.SentAt, now, problem.MaximumTransmissionUnit));
        return true;
    }

    private void Queue(in EchoReply reply)
    {
        if (_replies.Count >= MaximumWaiting)
        {
            Dropped++;
            return;
        }
        _replies.Enqueue(reply);
        Raise(EndpointEvents.Readable);
    }

    private static EchoOutcome OutcomeOf(NetworkProblemKind kind) => kind switch
    {
        NetworkProblemKind.NetworkUnreachable => EchoOutcome.NetworkUnreachable,
        NetworkProblemKind.HostUnreachable => EchoOutcome.HostUnreachable,
        NetworkProblemKind.ProtocolUnreachable => EchoOutcome.ProtocolUnreachable,
        NetworkProblemKind.PortUnreachable => EchoOutcome.PortUnreachable,
        NetworkProblemKind.PacketTooBig => EchoOutcome.PacketTooBig,
        NetworkProblemKind.SourceRouteFailed => EchoOutcome.SourceRouteFailed,
        NetworkProblemKind.AdministrativelyProhibited => EchoOutcome.AdministrativelyProhibited,
        NetworkProblemKind.HopLimitExceeded => EchoOutcome.HopLimitExceeded,
        NetworkProblemKind.ReassemblyTimeExceeded => EchoOutcome.ReassemblyTimeExceeded,
        _ => EchoOutcome.ParameterProblem,
    };

    private readonly record struct Request(bool IsUsed, ushort Sequence, IpAddress Destination, IpAddress Local, int Length, uint Sum, Instant SentAt);
}
