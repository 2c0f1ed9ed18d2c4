using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using StackSharp.Hosting;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;

namespace StackSharp.Net;

/// <content>SetSocketOption, GetSocketOption, IOControl.</content>
public sealed partial class StackSocket
{
    public void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, bool optionValue) =>
        SetSocketOption(optionLevel, optionName, optionValue ? 1 : 0);

    /// <summary>Sets an option by number.</summary>
    /// <exception cref="SocketException">ProtocolOption: not known to the protocol; InvalidArgument: out of range, or too late.</exception>
    public void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, int optionValue)
    {
        ThrowIfDisposed();
        switch (optionLevel, optionName)
        {
            case (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress): SetSharing(PortSharing.ReuseAddress, optionValue != 0); break;
            case (SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse): SetSharing(PortSharing.Exclusive, optionValue != 0); break;
            case (SocketOptionLevel.Socket, SocketOptionName.KeepAlive): SetTcp(Tcp with { KeepAlive = optionValue != 0 }); break;
            case (SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline): SetTcp(Tcp with { OutOfBandInline = optionValue != 0 }); break;
            case (SocketOptionLevel.Socket, SocketOptionName.DontLinger): LingerState = new LingerOption(optionValue == 0, LingerState.LingerTime); break;
            case (SocketOptionLevel.Socket, SocketOptionName.Broadcast): EnableBroadcast = optionValue != 0; break;
            case (SocketOptionLevel.Socket, SocketOptionName.SendBuffer): SendBufferSize = optionValue; break;
            case (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer): ReceiveBufferSize = optionValue; break;
            case (SocketOptionLevel.Socket, SocketOptionName.SendTimeout): SendTimeout = optionValue; break;
            case (SocketOptionLevel.Socket, SocketOptionName.ReceiveTimeout): ReceiveTimeout = optionValue; break;
            case (SocketOptionLevel.Tcp, SocketOptionName.NoDelay): NoDelay = optionValue != 0; break;
            case (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime): SetTcp(Tcp with { KeepAliveTime = TimeSpan.FromSeconds(optionValue) }); break;
            case (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval): SetTcp(Tcp with { KeepAliveInterval = TimeSpan.FromSeconds(optionValue) }); break;
            case (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount): SetTcp(Tcp with { KeepAliveCount = optionValue }); break;
            case (SocketOptionLevel.Udp, SocketOptionName.NoChecksum): SetUdp(Udp with { NoChecksum = optionValue != 0 }); break;
            case (SocketOptionLevel.IP, SocketOptionName.IpTimeToLive): Ttl = checked((short)optionValue); break;
            case (SocketOptionLevel.IP, SocketOptionName.DontFragment): DontFragment = optionValue != 0; break;
            case (SocketOptionLevel.IP, SocketOptionName.TypeOfService): SetTrafficClass(optionValue); break;
            case (SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive): SetUdp(Udp with { MulticastHopLimit = checked((byte)optionValue) }); break;
            case (SocketOptionLevel.IP, SocketOptionName.MulticastLoopback): MulticastLoopback = optionValue != 0; break;
            case (SocketOptionLevel.IP, SocketOptionName.MulticastInterface):
                SetUdp(Udp with { MulticastInterface = BinaryPrimitives.ReverseEndianness(optionValue) });
                break;
            default: throw Failure(SocketError.ProtocolOption);
        }
    }

    /// <summary>Sets an option from octets: IPOptions, which UDP sends in its headers; none clears them. Anything else: a number of four octets.</summary>
    /// <exception cref="SocketException">ProtocolOption: not known to the protocol; InvalidArgument: no list of options, or over 40 octets; Fault: too short.</exception>
    public void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, byte[] optionValue)
    {
        ArgumentNullException.ThrowIfNull(optionValue);
        ThrowIfDisposed();
        if ((optionLevel, optionName) is (SocketOptionLevel.IP, SocketOptionName.IPOptions))
            SetUdp(Udp with { NetworkOptions = optionValue.Length == 0 ? null : [.. optionValue] });
        else if (optionValue.Length < sizeof(int)) throw Failure(SocketError.Fault);
        else SetSocketOption(optionLevel, optionName, BitConverter.ToInt32(optionValue));
    }

    /// <summary>Sets an option that is more than a number: LingerOption, MulticastOption.</summary>
    public void SetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName, object optionValue)
    {
        ThrowIfDisposed();
        switch (optionLevel, optionName, optionValue)
        {
            case (SocketOptionLevel.Socket, SocketOptionName.Linger, LingerOption linger):
                LingerState = linger;
                break;
            case (SocketOptionLevel.IP, SocketOptionName.AddMembership, MulticastOption join):
                ThrowIfFailed(Datagrams.JoinGroup(join.Group.ToStack(), InterfaceIndex(join)));
                break;
            case (SocketOptionLevel.IP, SocketOptionName.DropMembership, MulticastOption leave):
                ThrowIfFailed(Datagrams.LeaveGroup(leave.Group.ToStack(), InterfaceIndex(leave)));
                break;
            default:
                throw Failure(SocketError.ProtocolOption);
        }
    }

    /// <summary>Reads an option: a number, a LingerOption, the octets of IPOptions.</summary>
    /// <exception cref="SocketException">ProtocolOption: not known to the protocol.</exception>
    public object? GetSocketOption(SocketOptionLevel optionLevel, SocketOptionName optionName)
    {
        ThrowIfDisposed();
        return (optionLevel, optionName) switch
        {
            (SocketOptionLevel.Socket, SocketOptionName.Linger) => LingerState,
            (SocketOptionLevel.Socket, SocketOptionName.DontLinger) => LingerState.Enabled ? 0 : 1,
            (SocketOptionLevel.Socket, SocketOptionName.Type) => (int)SocketType,
            (SocketOptionLevel.Socket, SocketOptionName.Error) => (int)(_core is TcpSocketCore stream ? stream.ConnectError : SocketError.Success),
            (SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) => _core is TcpSocketCore { IsListening: true } ? 1 : 0,
            (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress) => Sharing == PortSharing.ReuseAddress ? 1 : 0,
            (SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse) => Sharing == PortSharing.Exclusive ? 1 : 0,
            (SocketOptionLevel.Socket, SocketOptionName.KeepAlive) => Tcp.KeepAlive ? 1 : 0,
            (SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline) => Tcp.OutOfBandInline ? 1 : 0,
            (SocketOptionLevel.Socket, SocketOptionName.Broadcast) => EnableBroadcast ? 1 : 0,
            (SocketOptionLevel.Socket, SocketOptionName.SendBuffer) => SendBufferSize,
            (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer) => ReceiveBufferSize,
            (SocketOptionLevel.Socket, SocketOptionName.SendTimeout) => SendTimeout,
            (SocketOptionLevel.Socket, SocketOptionName.ReceiveTimeout) => ReceiveTimeout,
            (SocketOptionLevel.Tcp, SocketOptionName.NoDelay) => NoDelay ? 1 : 0,
            (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime) => (int)Tcp.KeepAliveTime.TotalSeconds,
            (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval) => (int)Tcp.KeepAliveInterval.TotalSeconds,
            (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount) => Tcp.KeepAliveCount,
            (SocketOptionLevel.Udp, SocketOptionName.NoChecksum) => Udp.NoChecksum ? 1 : 0,
            (SocketOptionLevel.IP, SocketOptionName.IPOptions) => Udp.NetworkOptions is { } list ? [.. list] : Array.Empty<byte>(),
            (SocketOptionLevel.IP, SocketOptionName.IpTimeToLive) => (int)Ttl,
            (SocketOptionLevel.IP, SocketOptionName.DontFragment) => DontFragment ? 1 : 0,
            (SocketOptionLevel.IP, SocketOptionName.TypeOfService) => (int)(_core is TcpSocketCore ? Tcp.TrafficClass : Udp.TrafficClass),
            (SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive) => (int)Udp.MulticastHopLimit,
            (SocketOptionLevel.IP, SocketOptionName.MulticastLoopback) => MulticastLoopback ? 1 : 0,
            (SocketOptionLevel.IP, SocketOptionName.MulticastInterface) => Udp.MulticastInterface,
            _ => throw Failure(SocketError.ProtocolOption),
        };
    }

    /// <summary>DataToRead (FIONREAD) and OobDataRead (SIOCATMARK) as four octets; NonBlockingIO sets <see cref="Blocking"/>.</summary>
    /// <exception cref="SocketException">OperationNotSupported: any other code. Fault: a buffer is shorter than four octets.</exception>
    public int IOControl(IOControlCode ioControlCode, byte[]? optionInValue, byte[]? optionOutValue)
    {
        ThrowIfDisposed();
        switch (ioControlCode)
        {
            case IOControlCode.NonBlockingIO:
                if (optionInValue is not { Length: >= sizeof(int) }) throw Failure(SocketError.Fault);
                Blocking = BitConverter.ToInt32(optionInValue) == 0;
                return 0;
            case IOControlCode.DataToRead:
                return Answer(optionOutValue, Available);
            case IOControlCode.OobDataRead:
                return Answer(optionOutValue, Stream(SocketError.InvalidArgument).IsAtUrgentMark ? 1 : 0);
            default:
                throw Failure(SocketError.OperationNotSupported);
        }
    }

    /// <summary>The connection's figures; null without a connection.</summary>
    /// <exception cref="SocketException">OperationNotSupported: not TCP.</exception>
    public TcpInfo? GetTcpInfo() => Stream(SocketError.OperationNotSupported).GetInfo();

    private UdpSocketCore Datagrams => _core as UdpSocketCore ?? throw Failure(SocketError.ProtocolOption);

    private static int Answer(byte[]? destination, int value)
    {
        if (destination is not { Length: >= sizeof(int) }) throw Failure(SocketError.Fault);
        BitConverter.TryWriteBytes(destination, value);
        return sizeof(int);
    }

    private void SetTrafficClass(int value)
    {
        byte trafficClass = checked((byte)value);
        if (_core is TcpSocketCore) SetTcp(Tcp with { TrafficClass = trafficClass });
        else SetUdp(Udp with { TrafficClass = trafficClass });
    }

    private int InterfaceIndex(MulticastOption option)
    {
        if (option.LocalAddress is null || option.LocalAddress.Equals(IPAddress.Any)) return option.InterfaceIndex;
        return Host.Interfaces.FirstOrDefault(candidate => candidate.Addresses.Any(address => address.Prefix.Address == option.LocalAddress.ToStack()))?.Index
            ?? throw Failure(SocketError.AddressNotAvailable);
    }
}
