using StackSharp.Packetdrill.Wire;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;

namespace StackSharp.Packetdrill.Sockets;

/// <content>TCP_FASTOPEN and its kin: what a socket asks for, and what the kernel's setting makes of it.</content>
internal sealed unsafe partial class TcpSocket
{
    private int _fastOpenQueue;
    private bool _isFastOpenQueueSet;
    private bool _connectsBySending;
    private bool _needsNoCookie;
    private FastOpenKeys? _fastOpenKeys;

    // The SYN waits for octets.
    private bool IsDeferred => _connection is { State: TcpState.SynSent, SendSpace: > 0 };

    private TcpSocketOptions WithServerFastOpen(TcpSocketOptions options)
    {
        FastOpenUse use = _session.Settings.FastOpen;
        int queue = _isFastOpenQueueSet ? _fastOpenQueue : use.HasFlag(FastOpenUse.EveryListener) ? _backlog : 0;
        return options with
        {
            FastOpenQueue = use.HasFlag(FastOpenUse.Server) ? queue : 0,
            FastOpenWithoutCookie = _needsNoCookie || use.HasFlag(FastOpenUse.ServerWithoutCookie),
            FastOpenKeys = _fastOpenKeys,
        };
    }

    private TcpSocketOptions WithClientFastOpen(TcpSocketOptions options, bool isWanted) => options with
    {
        FastOpenConnect = isWanted,
        FastOpenWithoutCookie = _needsNoCookie || _session.Settings.FastOpen.HasFlag(FastOpenUse.ClientWithoutCookie),
    };

    /// <summary>sendto and sendmsg with MSG_FASTOPEN: connects, with data in the SYN where both ends take it.</summary>
    public long SendOpening(UserMemory memory, int flags, in IpEndpoint peer)
    {
        if (!_session.Settings.FastOpen.HasFlag(FastOpenUse.Client)) return -Errno.NotSupported;
        bool isBlocking = IsBlocking(flags);
        if (_connection is not null) return IsConnecting && !isBlocking ? -Errno.Already : Send(memory, flags);
        long started = Start(peer, withFastOpen: true);
        if (started < 0) return started;
        if (!IsDeferred)
        {
            if (!isBlocking) return -Errno.InProgress;
            long connected = FinishConnecting(isBlocking: true);
            if (connected < 0) return connected;
        }
        return Send(memory, flags);
    }

    // Nothing to say, but the SYN leaves.
    private long SendDeferredSyn(bool isBlocking)
    {
        _connection!.Send([], TcpSendFlags.None, Now, out _);
        return isBlocking ? FinishConnecting(isBlocking: true) : -Errno.InProgress;
    }

    private long SetFastOpen(TcpLevelOption name, int number)
    {
        switch (name)
        {
            case TcpLevelOption.FastOpen:
                if (number < 0 || _connection is not null) return -Errno.Invalid;
                _fastOpenQueue = number;
                _isFastOpenQueueSet = true;
                break;
            case TcpLevelOption.FastOpenConnect:
                if (number is < 0 or > 1) return -Errno.Invalid;
                if (!_session.Settings.FastOpen.HasFlag(FastOpenUse.Client)) return -Errno.NotSupported;
                if (_connection is not null || _listener is not null) return -Errno.Invalid;
                _connectsBySending = number != 0;
                break;
            case TcpLevelOption.FastOpenNoCookie:
                if (number is < 0 or > 1 || _connection is not null) return -Errno.Invalid;
                _needsNoCookie = number != 0;
                break;
        }
        return Remember((int)OptionLevel.Tcp, (int)name, number);
    }

    private long SetFastOpenKey(byte* value, uint length)
    {
        const int Size = Stack.Transport.Tcp.FastOpenKeys.KeySize;
        if (length is not (Size or 2 * Size)) return -Errno.Invalid;
        ReadOnlySpan<byte> octets = new(value, (int)length);
        _fastOpenKeys = new FastOpenKeys(octets[..Size], octets[Size..]);
        return 0;
    }
}
