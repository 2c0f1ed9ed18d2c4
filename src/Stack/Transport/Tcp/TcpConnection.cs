using System.Diagnostics;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Stack.Transport.Tcp.Receiving;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>One connection: the state machine of RFC 9293 §3.3.2, and what belongs to it.</summary>
/// <remarks>
/// The parts of this class are the kinds of event: user calls (§3.10.1 to §3.10.6), arriving segments (§3.10.7), timeouts (§3.10.8),
/// and output, which each of them may give rise to.
/// </remarks>
public sealed partial class TcpConnection : TransportEndpoint, ITimerOwner
{
    /// <summary>MSS when the peer names none over IPv4 (RFC 9293 MUST-15).</summary>
    internal const int DefaultMssIpv4 = 536;

    /// <summary>MSS when the peer names none over IPv6.</summary>
    internal const int DefaultMssIpv6 = 1220;

    private const int TimestampsOptionBytes = 12;
    private readonly TcpLayer _layer;
    private readonly ICongestionControl _congestion;
    private TransportPath _path;
    private PortBinding? _binding;
    private TcpListener? _listener;
    private TcpSocketOptions _options;
    private SendVariables _send;
    private ReceiveVariables _receive;
    private SendQueue? _sendQueue;
    private ReceiveQueue? _receiveQueue;
    private Reassembly? _reassembly;
    private SentSegments? _sent;
    private UrgentData? _urgent;
    private RttEstimator _rtt;
    private TcpTimers _timers = new();
    private int _timerHandle = -1;
    private Instant _wheelDeadline = Instant.Never;
    private TcpFlags _flags;
    private Instant _establishedAt = Instant.Never;
    private TransportError _softError;

    internal TcpConnection(TcpLayer layer, TransportPath path, IpEndpoint local, IpEndpoint remote, in TcpSocketOptions options)
        : base(layer.Ready)
    {
        _layer = layer;
        _path = path;
        Local = local;
        Remote = remote;
        _options = options;
        _congestion = layer.Options.CongestionControl();
        _quickAcksLeft = layer.Options.QuickAckSegments;
        _timestampOffset = layer.SequenceNumbers.TimestampOffset(local, remote);
    }

    public TcpState State { get; private set; }

    public IpEndpoint Local { get; }

    public IpEndpoint Remote { get; }

    internal TcpConnection? NextInBucket { get; set; }

    /// <summary>Waits in the layer's list for the end of the batch.</summary>
    internal bool IsTouched { get; set; }

    /// <summary>Waits in the layer's list for frames to become free.</summary>
    internal bool IsBlocked { get; set; }

    internal TcpListener? Listener => _listener;

    /// <summary>Position in the layer's list of TIME-WAIT connections.</summary>
    internal LinkedListNode<TcpConnection>? TimeWaitNode { get; set; }

    internal bool IsOrphan => Has(TcpFlags.ClosedByUser);

    private bool IsSynchronized => State is not (TcpState.Closed or TcpState.Listen or TcpState.SynSent or TcpState.SynReceived);

    private bool CanReceiveText => State is TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2;

    private bool CanSendText => State is TcpState.Established or TcpState.CloseWait;

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

    /// <summary>The connection is over: memory goes back, the four-tuple is free. The user may still hold the object and read <see cref="TransportEndpoint.Error"/>.</summary>
    private void Release()
    {
        if (State != TcpState.Closed) ChangeState(TcpState.Closed);
        _layer.Remove(this);
        if (_timerHandle >= 0) _layer.Timers.Unregister(_timerHandle);
        _timerHandle = -1;
        _wheelDeadline = Instant.Never;
        _timers = new TcpTimers();
        // What the user has not read outlives an orderly end: it may still be read.
        bool keepsUnread = ReadableBytes > 0 && Error == TransportError.None && !IsOrphan;
        ReleaseQueues(keepsUnread);
        if (keepsUnread) _layer.KeepUnread(this);
        _binding?.Release();
        _binding = null;
        _listener?.OnConnectionEnded(this);
        _listener = null;
    }

    private void ReleaseQueues(bool keepsUnread)
    {
        if (_sendQueue is not null) _layer.Pools.Return(_sendQueue);
        if (_reassembly is not null) _layer.Pools.Return(_reassembly);
        if (_sent is not null) _layer.Pools.Return(_sent);
        _sendQueue = null;
        _reassembly = null;
        _sent = null;
        if (!keepsUnread) DropUnread();
    }

    private void DropUnread()
    {
        if (_receiveQueue is not null) _layer.Pools.Return(_receiveQueue);
        _receiveQueue = null;
        _urgent = null;
        if (State == TcpState.Closed) _layer.ForgetUnread(this);
    }

    /// <summary>The connection ends without the user's doing.</summary>
    private void Fail(TransportError error)
    {
        bool established = State is TcpState.Established or TcpState.CloseWait;
        bool attempt = State is TcpState.SynSent or TcpState.SynReceived;
        if (established) _layer.Statistics.EstabResets++;
        if (attempt) _layer.Statistics.AttemptFails++;
        Error = error;
        Release();
        Raise(EndpointEvents.Failed | EndpointEvents.Readable | EndpointEvents.Writable);
    }
}
