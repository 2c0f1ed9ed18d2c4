using System.Runtime.InteropServices;
using System.Text;
using StackSharp.Packetdrill.Wire;
using StackSharp.Stack.Transport.Tcp;

namespace StackSharp.Packetdrill.Sockets;

/// <content>setsockopt, getsockopt, ioctl.</content>
internal sealed unsafe partial class TcpSocket
{
    private const nuint UnreadRequest = 0x541B;
    private const nuint UnsentRequest = 0x5411;
    private const nuint NotSentRequest = 0x894B;
    private const int StreamType = 1;

    // What is set and has no meaning here is at least read back as it was set.
    private readonly Dictionary<(int Level, int Name), int> _plainValues = [];
    private int _notSentLowWater;
    private bool _reusesAddress;
    private bool _lingersZero;
    private bool _isCorked;
    private bool _tellsUnread;

    public long SetOption(int level, int name, byte* value, uint length)
    {
        if (value == null) return -Errno.BadAddress;
        if (length < sizeof(int)) return (OptionLevel)level == OptionLevel.Tcp && (TcpLevelOption)name == TcpLevelOption.Congestion ? 0 : -Errno.Invalid;
        if ((OptionLevel)level == OptionLevel.Tcp && (TcpLevelOption)name == TcpLevelOption.FastOpenKey) return SetFastOpenKey(value, length);
        int number = *(int*)value;
        switch ((OptionLevel)level)
        {
            case OptionLevel.Socket:
                return SetSocketOption((SocketLevelOption)name, number, length >= 8 ? ((int*)value)[1] : 0);
            case OptionLevel.Ip or OptionLevel.Ipv6:
                return SetIpOption((OptionLevel)level, name, number);
            case OptionLevel.Tcp:
                return SetTcpOption((TcpLevelOption)name, number);
            default:
                return -Errno.NoProtocolOption;
        }
    }

    public long GetOption(int level, int name, byte* value, uint* length)
    {
        if (value == null || length == null) return -Errno.BadAddress;
        switch ((OptionLevel)level, name)
        {
            case (OptionLevel.Tcp, (int)TcpLevelOption.Information):
                WriteInformation(new Span<byte>(value, (int)*length));
                return 0;
            case (OptionLevel.Tcp, (int)TcpLevelOption.CongestionInformation):
                *length = 0;   // Neither Reno nor CUBIC has any.
                return 0;
            case (OptionLevel.Tcp, (int)TcpLevelOption.Congestion):
                return WriteText(_connection?.GetInfo(Now).CongestionControl ?? "cubic", value, length);
            case (OptionLevel.Socket, (int)SocketLevelOption.MemoryUse):
                WriteMemoryUse(new Span<byte>(value, (int)*length));
                return 0;
        }
        if (*length < sizeof(int)) return -Errno.Invalid;
        if (NumberOf((OptionLevel)level, name) is not { } number) return -Errno.NoProtocolOption;
        *(int*)value = number;
        *length = sizeof(int);
        return 0;
    }

    public long DeviceControl(nuint request, int* argument)
    {
        if (argument == null) return -Errno.BadAddress;
        TcpInfo information = _connection?.GetInfo(Now) ?? default;
        switch (request)
        {
            case UnreadRequest:
                if (_listener is not null) return -Errno.Invalid;
                *argument = (int)information.BytesReadable;
                return 0;
            case UnsentRequest:
                *argument = (int)(information.BytesInFlight + information.BytesUnsent);
                return 0;
            case NotSentRequest:
                *argument = (int)information.BytesUnsent;
                return 0;
            default:
                return -Errno.Invalid;
        }
    }

    private void CopySettings(TcpSocket other)
    {
        foreach (((int, int) key, int value) in other._plainValues) _plainValues[key] = value;
        _notSentLowWater = other._notSentLowWater;
        _sendBufferBytes = other._sendBufferBytes;
        _reusesAddress = other._reusesAddress;
        _lingersZero = other._lingersZero;
        _isCorked = other._isCorked;
        _tellsUnread = other._tellsUnread;
        _fastOpenKeys = other._fastOpenKeys;
    }

    private long SetSocketOption(SocketLevelOption name, int number, int second)
    {
        switch (name)
        {
            case SocketLevelOption.ReuseAddress:
                _reusesAddress = number != 0;
                return 0;
            case SocketLevelOption.SendBuffer:
                // Linux doubles it for its own overhead, and shows it so.
                _sendBufferBytes = 2 * number;
                return Apply(_options with { SendBufferBytes = _sendBufferBytes + Headroom }, (int)OptionLevel.Socket, (int)name, _sendBufferBytes);
            case SocketLevelOption.ReceiveBuffer:
                return Apply(_options with { ReceiveBufferBytes = number }, (int)OptionLevel.Socket, (int)name, 2 * number);
            case SocketLevelOption.KeepAlive:
                return Apply(_options with { KeepAlive = number != 0 }, (int)OptionLevel.Socket, (int)name, number);
            case SocketLevelOption.Linger:
                _lingersZero = number != 0 && second == 0;
                return 0;
            case SocketLevelOption.Error or SocketLevelOption.Type or SocketLevelOption.AcceptsConnections:
                return -Errno.NoProtocolOption;
            default:
                return Remember((int)OptionLevel.Socket, (int)name, number);
        }
    }

    private long SetIpOption(OptionLevel level, int name, int number)
    {
        switch (level == OptionLevel.Ip ? (IpLevelOption)name : 0)
        {
            case IpLevelOption.TypeOfService:
                return Apply(_options with { TrafficClass = (byte)number }, (int)level, name, number);
            case IpLevelOption.TimeToLive:
                return Apply(_options with { HopLimit = (byte)number }, (int)level, name, number);
            default:
                return Remember((int)level, name, number);
        }
    }

    private long SetTcpOption(TcpLevelOption name, int number)
    {
        TimeSpan seconds = TimeSpan.FromSeconds(Math.Max(0, number));
        switch (name)
        {
            case TcpLevelOption.NoDelay:
                return Apply(_options with { NoDelay = number != 0 }, (int)OptionLevel.Tcp, (int)name, number);
            case TcpLevelOption.MaximumSegment:
                return Apply(_options with { MaximumSegmentSize = number }, (int)OptionLevel.Tcp, (int)name, number);
            case TcpLevelOption.Cork:
                SetCork(number != 0);
                return 0;
            case TcpLevelOption.KeepIdle:
                return Apply(_options with { KeepAliveTime = seconds }, (int)OptionLevel.Tcp, (int)name, number);
            case TcpLevelOption.KeepInterval:
                return Apply(_options with { KeepAliveInterval = seconds }, (int)OptionLevel.Tcp, (int)name, number);
            case TcpLevelOption.KeepCount:
                return Apply(_options with { KeepAliveCount = number }, (int)OptionLevel.Tcp, (int)name, number);
            case TcpLevelOption.SynCount:
                return Apply(_options with { SynRetries = number }, (int)OptionLevel.Tcp, (int)name, number);
            case TcpLevelOption.FastOpen or TcpLevelOption.FastOpenConnect or TcpLevelOption.FastOpenNoCookie:
                return SetFastOpen(name, number);
            case TcpLevelOption.DeferAccept:
                _deferral = seconds;
                return Remember((int)OptionLevel.Tcp, (int)name, number);
            case TcpLevelOption.QuickAck:
                return Apply(_options with { QuickAck = number != 0 }, (int)OptionLevel.Tcp, (int)name, number);
            case TcpLevelOption.UserTimeout:
                return Apply(_options with { UserTimeout = TimeSpan.FromMilliseconds(number) }, (int)OptionLevel.Tcp, (int)name, number);
            case TcpLevelOption.NotSentLowWater:
                _notSentLowWater = number == 0 ? _session.Settings.Number("tcp_notsent_lowat", int.MaxValue) : number;
                return Remember((int)OptionLevel.Tcp, (int)name, number);
            case TcpLevelOption.UnreadBytes:
                _tellsUnread = number != 0;
                return Remember((int)OptionLevel.Tcp, (int)name, number);
            default:
                return Remember((int)OptionLevel.Tcp, (int)name, number);
        }
    }

    private long Apply(TcpSocketOptions options, int level, int name, int shown)
    {
        if (!options.AreValid) return -Errno.Invalid;
        _options = options;
        if (_listener is not null) _listener.Options = options;
        _connection?.SetOptions(options, Now);
        return Remember(level, name, shown);
    }

    private long Remember(int level, int name, int number)
    {
        _plainValues[(level, name)] = number;
        return 0;
    }

    // Taking the cork out sends what it held back.
    private void SetCork(bool isCorked)
    {
        bool opens = _isCorked && !isCorked;
        _isCorked = isCorked;
        if (opens) _connection?.Send([], TcpSendFlags.None, Now, out _);
    }

    private int? NumberOf(OptionLevel level, int name)
    {
        switch (level, name)
        {
            case (OptionLevel.Socket, (int)SocketLevelOption.Error):
                return TakeError();
            case (OptionLevel.Socket, (int)SocketLevelOption.Type):
                return StreamType;
            case (OptionLevel.Socket, (int)SocketLevelOption.AcceptsConnections):
                return _listener is null ? 0 : 1;
            case (OptionLevel.Socket, (int)SocketLevelOption.SendBuffer):
                return _sendBufferBytes;
            case (OptionLevel.Socket, (int)SocketLevelOption.ReceiveBuffer):
                return 2 * ReceiveBufferBytes;
            case (OptionLevel.Tcp, (int)TcpLevelOption.MaximumSegment) when _connection is { State: not TcpState.Closed } connection:
                return connection.GetInfo(Now).SendMss;
            default:
                return _plainValues.TryGetValue(((int)level, name), out int number) ? number : level == OptionLevel.Tcp || level == OptionLevel.Socket ? 0 : null;
        }
    }

    // Linux shows it doubled, as it does what was set.
    private int ReceiveBufferBytes => _connection?.ReceiveBufferBytes ?? _options.ReceiveBufferBytes ?? Tcp.Options.InitialReceiveBufferBytes;

    private static long WriteText(string text, byte* value, uint* length)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text + "\0");
        int count = (int)Math.Min(*length, (uint)bytes.Length);
        bytes.AsSpan(0, count).CopyTo(new Span<byte>(value, count));
        *length = (uint)count;
        return 0;
    }

    // Nine counts, of which only the receive buffer's size is asked for.
    private void WriteMemoryUse(Span<byte> target)
    {
        target.Clear();
        if (target.Length >= 2 * sizeof(uint)) MemoryMarshal.Cast<byte, uint>(target)[1] = (uint)(2 * ReceiveBufferBytes);
    }

    private void WriteInformation(Span<byte> target)
    {
        target.Clear();
        Span<byte> whole = stackalloc byte[TcpInfoImage.Size];
        whole.Clear();
        if (_connection is { } connection) TcpInfoImage.Write(connection.GetInfo(Now), whole);
        else whole[0] = TcpInfoImage.StateOf(_listener is null ? TcpState.Closed : TcpState.Listen);
        whole[..Math.Min(whole.Length, target.Length)].CopyTo(target);
    }
}
