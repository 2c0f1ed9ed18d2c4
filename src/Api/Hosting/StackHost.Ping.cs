using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Echo;
using StackSharp.Stack.Wire;

namespace StackSharp.Hosting;

/// <content>ICMP echo.</content>
public sealed partial class StackHost
{
    // Those that wait for an answer. Under the lock.
    private readonly HashSet<EchoWaiter> _pings = [];

    /// <summary>Sends one echo request and waits for what comes of it.</summary>
    /// <returns>Never fails for what the network does: see the status.</returns>
    /// <exception cref="SocketException">NoBufferSpaceAvailable: every echo identifier is in use.</exception>
    /// <exception cref="ObjectDisposedException">The host has been disposed, before or while it waited.</exception>
    public async Task<PingResult> PingAsync(IPAddress address, PingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        options ??= new PingOptions();
        EchoWaiter waiter = new();
        EchoEndpoint endpoint = OpenEcho(waiter);
        try
        {
            TransportError error = SendEcho(endpoint, address.ToStack(), options);
            if (error != TransportError.None) return Failed(Status(error));
            EchoReply reply = await waiter.Reply.WaitAsync(options.Timeout, cancellationToken).ConfigureAwait(false);
            return new PingResult(Status(reply.Outcome), reply.From.ToSystem(), reply.RoundTripTime, reply.HopLimit,
                reply.DataLength, reply.IsDataIntact, reply.MaximumTransmissionUnit);
        }
        catch (TimeoutException)
        {
            return Failed(PingStatus.TimedOut);
        }
        finally
        {
            using Entry entered = EnterAnyway();
            _pings.Remove(waiter);
            if (!_disposing) endpoint.Close();
        }
    }

    private EchoEndpoint OpenEcho(EchoWaiter waiter)
    {
        using Entry entered = Enter();
        ThrowIfFailed(_stack.OpenEcho(waiter, out EchoEndpoint? endpoint));
        _pings.Add(waiter);
        return endpoint!;
    }

    private TransportError SendEcho(EchoEndpoint endpoint, in IpAddress destination, PingOptions options)
    {
        using Entry entered = Enter();
        return endpoint.SendEcho(destination, options.Sequence, options.Data.Span, options.HopLimit, options.DontFragment, entered.Now);
    }

    private static PingResult Failed(PingStatus status) => new(status, null, TimeSpan.Zero, 0, 0, false, 0);

    private static PingStatus Status(TransportError error) => error switch
    {
        TransportError.NetworkUnreachable => PingStatus.NetworkUnreachable,
        TransportError.HostUnreachable => PingStatus.HostUnreachable,
        TransportError.MessageSize => PingStatus.PacketTooBig,
        _ => PingStatus.NotSent,
    };

    private static PingStatus Status(EchoOutcome outcome) => outcome switch
    {
        EchoOutcome.Reply => PingStatus.Success,
        EchoOutcome.NetworkUnreachable => PingStatus.NetworkUnreachable,
        EchoOutcome.HostUnreachable => PingStatus.HostUnreachable,
        EchoOutcome.ProtocolUnreachable => PingStatus.ProtocolUnreachable,
        EchoOutcome.PortUnreachable => PingStatus.PortUnreachable,
        EchoOutcome.PacketTooBig => PingStatus.PacketTooBig,
        EchoOutcome.SourceRouteFailed => PingStatus.SourceRouteFailed,
        EchoOutcome.AdministrativelyProhibited => PingStatus.AdministrativelyProhibited,
        EchoOutcome.HopLimitExceeded => PingStatus.HopLimitExceeded,
        EchoOutcome.ReassemblyTimeExceeded => PingStatus.ReassemblyTimeExceeded,
        _ => PingStatus.ParameterProblem,
    };
}
