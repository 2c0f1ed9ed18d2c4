using StackSharp.Stack.Transport.Tcp.Authentication;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Segments that are signed (RFC 5925, RFC 2385). A connection without keys for its peer pays a null check.</content>
public sealed partial class TcpConnection
{
    private SegmentAuthentication? _authentication;

    /// <summary>Every segment is signed, both ways.</summary>
    internal bool IsSigned => _authentication is not null;

    private int AuthenticationBytes => _authentication?.OptionBytes ?? 0;

    // Beside an MD5 signature and timestamps no SACK block would fit: SACK is worth more.
    private bool OffersTimestamps => _options.Timestamps && _authentication is not { IsMd5: true };

    private void BeginAuthentication() => _authentication = _options.AuthenticationKeys is { } keys && keys.Covers(Remote.Address)
        ? new SegmentAuthentication(keys, Local, Remote, _layer.SignedMessage)
        : null;

    private void EndAuthentication()
    {
        _authentication?.Dispose();
        _authentication = null;
    }

    /// <summary>The segment is signed as this connection's have to be; otherwise it is counted, and nothing else (RFC 5925 §7.3).</summary>
    internal bool IsAuthentic(in TcpHeader header)
    {
        if (_authentication is null) return true;
        bool isSyn = header.Has(TcpControlBits.Syn);
        // Before the peer's SYN its sequence numbers are unknown, and with them the key of all else.
        TcpDropReason? reason = State == TcpState.SynSent && !isSyn
            ? TcpDropReason.BadAuthentication
            : _authentication.Verify(header, _send.Initial, _receive.Initial);
        if (reason is null) return true;
        Drop(reason.Value);
        return false;
    }

    // What was signed from the first segment stays signed, and in the same way.
    private bool CanTakeKeys(TcpSocketOptions options)
    {
        if (State == TcpState.Closed || options.AuthenticationKeys == _options.AuthenticationKeys) return true;
        bool signs = options.AuthenticationKeys?.Covers(Remote.Address) ?? false;
        return signs == IsSigned && (!signs || options.AuthenticationKeys!.For(Remote.Address)[0].IsMd5 == _authentication!.IsMd5);
    }

    private void TakeKeys(TcpSocketOptions before)
    {
        if (_authentication is null || _options.AuthenticationKeys == before.AuthenticationKeys) return;
        _authentication.Use(_options.AuthenticationKeys!);
        UpdateSendMss();
    }
}
