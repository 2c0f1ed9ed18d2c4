using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>What all Fast Opens share (RFC 7413): the keys of the cookies we give, and the cookies we were given.</content>
public sealed partial class TcpLayer
{
    private FastOpenPeers? _fastOpenPeers;
    private FastOpenKeys? _fastOpenKeys;
    private Instant _fastOpenKeysDrawnAt;

    /// <summary>Servers that were connected to with Fast Open.</summary>
    internal FastOpenPeers FastOpenPeers => _fastOpenPeers ??= new FastOpenPeers(Options, _random);

    /// <summary>Sets the keys of the Fast Open cookies that listeners give and take, as for <see cref="TcpLayerOptions.FastOpenKeys"/>.</summary>
    /// <param name="keys">Null: drawn at random, and changed from time to time.</param>
    public void SetFastOpenKeys(FastOpenKeys? keys)
    {
        _fastOpenKeys = keys;
        _fastOpenKeysDrawnAt = Instant.Never;
    }

    internal FastOpenKeys FastOpenKeysAt(Instant now)
    {
        if (_fastOpenKeys is null && Options.FastOpenKeys is { } given) SetFastOpenKeys(given);
        if (_fastOpenKeys is null)
        {
            _fastOpenKeys = FastOpenKeys.Draw(_random);
            _fastOpenKeysDrawnAt = now;
        }
        else if (_fastOpenKeysDrawnAt != Instant.Never && now - _fastOpenKeysDrawnAt >= Options.FastOpenKeyLifetime)
        {
            _fastOpenKeys = _fastOpenKeys.Rotate(_random);
            _fastOpenKeysDrawnAt = now;
        }
        return _fastOpenKeys;
    }
}
