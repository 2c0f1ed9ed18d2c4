using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>A passive open: connections arrive, shake hands in the SYN queue, and wait in the accept queue.</summary>
public sealed class TcpListener : TransportEndpoint
{
    private readonly TcpLayer _layer;
    private readonly PortBinding _binding;
    private readonly Queue<TcpConnection> _established = new();
    private readonly HashSet<TcpConnection> _handshakes = [];

    // When each Fast Open that was reset ceases to count.
    private readonly Queue<Instant> _fastOpenResets = new();
    private int _pendingFastOpens;
    private int _backlog;
    private bool _isClosed;

    internal TcpListener(TcpLayer layer, PortBinding binding, int backlog, TcpSocketOptions options)
        : base(layer.Ready)
    {
        _layer = layer;
        _binding = binding;
        Options = options;
        Backlog = backlog;
    }

    public IpEndpoint Local => _binding.Local;

    /// <summary>Connections that <see cref="TryAccept"/> would return.</summary>
    public int AcceptableCount => _established.Count;

    /// <summary>Connections whose handshake is under way.</summary>
    public int HalfOpenCount => _handshakes.Count;

    /// <summary>Most established connections that wait to be accepted: at least 1, at most <see cref="TcpLayerOptions.MaximumBacklog"/>.</summary>
    public int Backlog
    {
        get => _backlog;
        set => _backlog = Math.Clamp(value, 1, _layer.Options.MaximumBacklog);
    }

    /// <summary>What accepted connections start with.</summary>
    public TcpSocketOptions Options { get; set; }

    /// <summary>Looks at each SYN before it is answered; null, the default: none does.</summary>
    public SynFilter? Filter { get; set; }

    internal bool HasRoom => _established.Count < _backlog;

    /// <summary>The established connection that has waited longest; null when there is none. Its owner is to be set at once.</summary>
    public TcpConnection? TryAccept()
    {
        if (!_established.TryDequeue(out TcpConnection? connection)) return null;
        connection.OnAccepted();
        return connection;
    }

    /// <summary>Ends listening: half-open connections and those not accepted are reset. The owner hears nothing more.</summary>
    public void Close(Instant now)
    {
        if (_isClosed) return;
        _isClosed = true;
        Owner = null;
        _layer.Remove(this);
        foreach (TcpConnection connection in _handshakes.ToArray()) connection.Abort(now);
        while (_established.TryDequeue(out TcpConnection? connection)) connection.Abort(now);
        _binding.Release();
    }

    /// <summary>A SYN for this port (RFC 9293 §3.10.7.2), from an address that can have sent it.</summary>
    internal void OnSyn(
        in TcpHeader syn, in TcpSegmentOptions options, in TransportDatagram datagram, SequenceNumber? afterTimeWait, Instant now)
    {
        if (Filter is not null && IsRefused(Filter, syn, options, datagram)) return;
        // With the accept queue full a handshake would only end in a connection that nobody takes.
        if (!HasRoom)
        {
            _layer.Statistics.CountDrop(TcpDropReason.AcceptQueueFull);
            return;
        }
        bool isFull = _handshakes.Count >= _layer.Options.MaximumSynQueue;
        // A signed SYN comes from who it says, and a cookie would not remember what it was signed with.
        bool isSigned = Options.AuthenticationKeys?.Covers(datagram.Source) ?? false;
        SynCookieUse cookies = isSigned ? SynCookieUse.Never : _layer.Options.SynCookies;
        if (cookies == SynCookieUse.Always || isFull && cookies == SynCookieUse.WhenFull)
        {
            _layer.SendSynCookie(Options, syn, options, datagram, now);
            return;
        }
        if (isFull)
        {
            _layer.Statistics.CountDrop(TcpDropReason.SynQueueFull);
            return;
        }
        if (TryCreate(syn, datagram) is not { } connection) return;
        FastOpenAnswer fastOpen = isSigned ? FastOpenAnswer.None : AnswerFastOpen(options, hasText: !syn.Payload.IsEmpty, datagram, now);
        bool isEarly = (fastOpen & FastOpenAnswer.Accept) != 0;
        if (isEarly) _pendingFastOpens++;
        else _handshakes.Add(connection);
        connection.StartPassive(this, syn, options, datagram, fastOpen, afterTimeWait, now);
        if (isEarly) Enqueue(connection);
    }

    private bool IsRefused(SynFilter filter, in TcpHeader syn, in TcpSegmentOptions options, in TransportDatagram datagram)
    {
        IncomingSyn incoming = new()
        {
            Local = new IpEndpoint(datagram.Destination, syn.DestinationPort),
            Remote = new IpEndpoint(datagram.Source, syn.SourcePort),
            InterfaceIndex = datagram.InterfaceIndex,
            Window = syn.Window,
            Options = options,
            Text = syn.Payload,
        };
        SynVerdict verdict = filter(incoming);
        if (verdict == SynVerdict.Accept) return false;
        if (verdict == SynVerdict.Reset) _layer.RefuseWithReset(syn, datagram, TcpDropReason.SynRefused);
        else _layer.Statistics.CountDrop(TcpDropReason.SynRefused);
        return true;
    }

    /// <summary>An ACK brought a cookie back (RFC 4987 §3.6).</summary>
    /// <param name="cookie">Our initial sequence number.</param>
    internal void OnCookie(
        SequenceNumber cookie, in SynOffer syn, in TcpHeader header, in TcpSegmentOptions options, in TransportDatagram datagram, Instant now)
    {
        if (!HasRoom)
        {
            _layer.Statistics.CountDrop(TcpDropReason.AcceptQueueFull);
            return;
        }
        if (TryCreate(header, datagram) is not { } connection) return;
        _layer.Statistics.SyncookiesReceived++;
        _handshakes.Add(connection);
        connection.StartFromCookie(this, cookie, syn, now);
        connection.OnSegment(header, options, datagram, now);
    }

    private TcpConnection? TryCreate(in TcpHeader header, in TransportDatagram datagram)
    {
        IpEndpoint local = new(datagram.Destination, header.DestinationPort);
        IpEndpoint remote = new(datagram.Source, header.SourcePort);
        return _layer.TryCreate(local, remote, Options, out TransportError _);
    }

    // RFC 7413 §4.2.2.
    private FastOpenAnswer AnswerFastOpen(in TcpSegmentOptions options, bool hasText, in TransportDatagram datagram, Instant now)
    {
        bool trusts = Options.FastOpenWithoutCookie;
        if (Options.FastOpenQueue == 0 || (!options.HasFastOpen && !(trusts && hasText))) return FastOpenAnswer.None;
        bool asks = options.HasFastOpen && options.FastOpenCookie.IsEmpty;
        if (asks) _layer.Statistics.FastOpenCookieRequests++;
        if (!HasFastOpenRoom(now))
        {
            _layer.Statistics.FastOpenListenOverflow++;
            return FastOpenAnswer.None;
        }
        if (trusts) return FastOpenAnswer.Accept;
        if (asks) return FastOpenAnswer.GiveCookie;
        FastOpenKeys keys = Options.FastOpenKeys ?? _layer.FastOpenKeysAt(now);
        switch (keys.Check(datagram.Source, datagram.Destination, options.FastOpenCookie))
        {
            case FastOpenKeys.Verdict.Current: return FastOpenAnswer.Accept;
            case FastOpenKeys.Verdict.Former: return FastOpenAnswer.Accept | FastOpenAnswer.GiveCookie;
            default:
                _layer.Statistics.FastOpenPassiveFail++;
                return FastOpenAnswer.GiveCookie;
        }
    }

    private bool HasFastOpenRoom(Instant now)
    {
        while (_fastOpenResets.TryPeek(out Instant until) && until <= now) _fastOpenResets.Dequeue();
        return _pendingFastOpens + _fastOpenResets.Count < Options.FastOpenQueue;
    }

    /// <summary>A connection that was handed over early has completed its handshake, or has ended before that.</summary>
    internal void OnFastOpenEnded(bool wasReset, Instant now)
    {
        _pendingFastOpens--;
        if (wasReset) _fastOpenResets.Enqueue(now + _layer.Options.FastOpenResetMemory);
    }

    private void Enqueue(TcpConnection connection)
    {
        _established.Enqueue(connection);
        Raise(EndpointEvents.Acceptable);
    }

    internal void OnEstablished(TcpConnection connection)
    {
        _handshakes.Remove(connection);
        Enqueue(connection);
    }

    // Before it was accepted: an established one stays in the queue, so that accept can report what became of it.
    internal void OnConnectionEnded(TcpConnection connection) => _handshakes.Remove(connection);
}
