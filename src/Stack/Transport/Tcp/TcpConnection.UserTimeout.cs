using StackSharp.Stack.Time;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>The user timeout, and the option by which both ends agree on one (RFC 5482).</content>
public sealed partial class TcpConnection
{
    private const int UserTimeoutOptionBytes = 4;

    // What the peer's option has come to; zero: it has sent none, or it does not count.
    private TimeSpan _agreedUserTimeout;

    // USER_TIMEOUT: zero means by the number of retransmissions.
    private TimeSpan UserTimeout => _options.UserTimeout > TimeSpan.Zero ? _options.UserTimeout : _agreedUserTimeout;

    // ADV_UTO.
    private TimeSpan AdvertisedUserTimeout =>
        _options.AdvertisedUserTimeout > TimeSpan.Zero ? _options.AdvertisedUserTimeout
        : _options.UserTimeout > TimeSpan.Zero ? _options.UserTimeout
        : _layer.Options.AdvertisedUserTimeout;

    private bool IsUserTimeoutOver(Instant now) => UserTimeout > TimeSpan.Zero && now - _progressAt >= UserTimeout;

    // Retransmissions or probes that the peer has not answered are too many. What both have agreed on takes the place of R2, but nobody holds an orphan for it (RFC 5482 §5).
    private bool IsPatienceOver(int attempts, Instant now)
    {
        if (IsUserTimeoutOver(now)) return true;
        if (IsOrphan) return attempts > _layer.Options.OrphanRetries;
        return attempts > _layer.Options.R2Retries && _agreedUserTimeout == TimeSpan.Zero;
    }

    // RFC 5482 §3.1: CHANGEABLE is false where the user has set the timeout.
    private void TakeUserTimeout(in TcpSegmentOptions options)
    {
        if (options.UserTimeout == TimeSpan.Zero || !_options.ExchangeUserTimeout || _options.UserTimeout > TimeSpan.Zero) return;
        TimeSpan longest = AdvertisedUserTimeout > options.UserTimeout ? AdvertisedUserTimeout : options.UserTimeout;
        if (longest < _layer.Options.LowestUserTimeout) longest = _layer.Options.LowestUserTimeout;
        _agreedUserTimeout = longest < _layer.Options.HighestUserTimeout ? longest : _layer.Options.HighestUserTimeout;
    }

    private void WriteSynUserTimeout(ref TcpOptionWriter writer)
    {
        if (!_options.ExchangeUserTimeout) return;
        // The first segment after the SYN tells again: a SYN may be answered by a cookie, which has no room for it (§3.2).
        Set(TcpFlags.UserTimeoutToSend);
        if (writer.Written + UserTimeoutOptionBytes + AuthenticationBytes <= TcpOptionWriter.MaximumSize) writer.UserTimeout(AdvertisedUserTimeout);
    }

    // On the first segment that has room for it.
    private void WriteUserTimeout(ref TcpOptionWriter writer, int textLength)
    {
        if (!Has(TcpFlags.UserTimeoutToSend) || textLength + UserTimeoutOptionBytes > _sendMss) return;
        Set(TcpFlags.UserTimeoutToSend, false);
        writer.UserTimeout(AdvertisedUserTimeout);
    }

    private void OnUserTimeoutOptionsChanged(TcpSocketOptions before)
    {
        if (!_options.ExchangeUserTimeout)
        {
            _agreedUserTimeout = TimeSpan.Zero;
            Set(TcpFlags.UserTimeoutToSend, false);
            return;
        }
        bool isSame = before.ExchangeUserTimeout && before.AdvertisedUserTimeout == _options.AdvertisedUserTimeout && before.UserTimeout == _options.UserTimeout;
        if (!isSame) Set(TcpFlags.UserTimeoutToSend);
    }
}
