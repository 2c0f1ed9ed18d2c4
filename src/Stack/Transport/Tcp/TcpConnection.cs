using System.Diagnostics;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Receiving;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Transport.Tcp.Tracing;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>One connection: the state machine of RFC 9293 §3.3.2, and what belongs to it.</summary>
/// <remarks>
/// The parts of this class are the kinds of event: user calls (§3.10.1 to §3.10.6), arriving segments (§3.10.7), timeouts (§3.10.8),
/// and output, which each of them may give rise to. Objects are used again: after <see cref="Close"/> or <see cref="Abort"/> this one
/// belongs to its layer, and soon to another conversation.
/// </remarks>
public sealed partial class TcpConnection : TransportEndpoint, ITimerOwner
{
    /// <summary>MSS when the peer names none over IPv4 (RFC 9293 MUST-15).</summary>
    internal const int DefaultMssIpv4 = 536;

    /// <summary>MSS when the peer names none over IPv6.</summary>
    internal const int DefaultMssIpv6 = 1220;

    private const int TimestampsOptionBytes = 12;
    private readonly TcpLayer _layer;
    private TransportPath _path = null!;   // Set by Begin, as all that follows.
    private PortBinding? _binding;
    private TcpListener? _listener;
    private TcpSocketOptions _options = null!;
    private SendVariables _send;
    private ReceiveVariables _receive;
    private SendQueue? _sendQueue;
    private ReceiveQueue? _receiveQueue;
    private Reassembly? _reassembly;
    private SentSegments? _sent;
    private UrgentData? _urgent;
    private RttEstimator _rtt;
    private TcpTimers _timers;
    private int _timerHandle;
    private Instant _wheelDeadline;
    private TcpFlags _flags;
    private Instant _establishedAt;
    private TransportError _softError;

    /// <summary>An object without a conversation: <see cref="Begin"/> gives it one.</summary>
    internal TcpConnection(TcpLayer layer)
        : base(layer.Ready)
    {
        _layer = layer;
        _congestion = layer.Options.CongestionControls.Create(layer.Options.CongestionControl);
    }

    public TcpState State { get; private set; }

    public IpEndpoint Local { get; private set; }

    public IpEndpoint Remote { get; private set; }

    internal TcpConnection? NextInBucket { get; set; }

    /// <summary>Waits in the layer's list for the end of the batch.</summary>
    internal bool IsTouched { get; set; }

    /// <summary>Waits in the layer's list for frames to become free.</summary>
    internal bool IsBlocked { get; set; }

    internal TcpListener? Listener => _listener;

    /// <summary>Neighbours in the layer's list of TIME-WAIT connections.</summary>
    internal TcpConnection? PreviousInTimeWait { get; set; }

    internal TcpConnection? NextInTimeWait { get; set; }

    internal bool IsOrphan => Has(TcpFlags.ClosedByUser);

    private bool IsSynchronized => State is not (TcpState.Closed or TcpState.Listen or TcpState.SynSent or TcpState.SynReceived);

    private bool CanReceiveText => State is TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2;

    private bool CanSendText => State is TcpState.Established or TcpState.CloseWait || MaySendEarly;

    private bool HasSack => Has(TcpFlags.SackPermitted);

    private bool HasTimestamps => Has(TcpFlags.Timestamps);

    private int Outstanding => _sent?.Outstanding ?? 0;

    private bool IsFinOutstanding => Has(TcpFlags.FinSent) && _send.Unacknowledged.IsAtOrBefore(_send.Fin);

    internal bool Matches(in IpAddress local, ushort localPort, in IpAddress remote, ushort remotePort) =>
        Local.Port == localPort && Remote.Port == remotePort && Remote.Address == remote && Local.Address == local;

    private bool Has(TcpFlags flag) => (_flags & flag) != 0;

    private void Set(TcpFlags flag, bool value = true) => _flags = value ? _flags | flag : _flags & ~flag;

    private void ChangeState(TcpState next)
    {
        Debug.Assert(TcpStateTransitions.IsLegal(State, next), $"{State} -> {next}");
        bool was = State is TcpState.Established or TcpState.CloseWait;
        bool becomes = next is TcpState.Established or TcpState.CloseWait;
        if (was != becomes) _layer.Statistics.CurrEstab += becomes ? 1 : -1;
        State = next;
        Trace(TcpTraceKind.StateChanged, _layer.Now);
    }

    private void ArmTimer(TcpTimer timer, Instant deadline)
    {
        _timers.Arm(timer, deadline);
        // A deadline that moved away is looked at when the old one comes: most never do, and the wheel is left alone.
        if (deadline >= _wheelDeadline) return;
        if (_timerHandle < 0) _timerHandle = _layer.Timers.Register(this);
        _wheelDeadline = deadline;
        _layer.Timers.Schedule(_timerHandle, deadline);
    }
}
