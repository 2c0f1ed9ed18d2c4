using System.Runtime.InteropServices;
using StackSharp.Hosting;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Winsock;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Providers;

/// <content>getsockopt and setsockopt: rules about lengths here, one row per option in <see cref="SocketOptionTable"/>.</content>
public sealed partial class StackProvider
{
    public int WSPGetSockOpt(SOCKET s, int level, int optname, Span<byte> optval, ref int optlen, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        if (!SocketOptionTable.IsLevel(level)) error = WSAEINVAL;
        else if (NullSpan.IsNull(optval)) error = WSAEFAULT;
        else if (level == SOL_SOCKET && optname == SO_LINGER) error = GetLinger(socket, optval, ref optlen);
        else if (level == IPPROTO_IP && optname == IP_OPTIONS && socket.Datagrams is { } sender) error = GetNetworkOptions(sender, optval, ref optlen);
        else if (level == IPPROTO_IP && optname == IP_MULTICAST_IF && socket.Datagrams is { } datagrams)
        {
            error = Write(datagrams.UdpOptions.MulticastInterface, 4, optval, ref optlen);
        }
        else if (SocketOptionTable.Find(level, optname) is not { } row) error = SocketOptionTable.Unknown(socket, level, optname);
        else if (row.Get is null) error = WSAENOPROTOOPT;
        else error = Get(row, socket, optval, ref optlen);
        return error == 0 ? 0 : SOCKET_ERROR;
    }

    public int WSPSetSockOpt(SOCKET s, int level, int optname, ReadOnlySpan<byte> optval, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        if (!SocketOptionTable.IsLevel(level)) error = WSAEINVAL;
        else if (level == SOL_SOCKET && optname is SO_UPDATE_ACCEPT_CONTEXT or SO_UPDATE_CONNECT_CONTEXT) error = UpdateContext(socket, optname, optval);
        else if (NullSpan.IsNull(optval)) error = WSAEFAULT;
        else if (level == SOL_SOCKET && optname == SO_LINGER) error = SetLinger(socket, optval);
        else if (level == IPPROTO_IP && optname == IP_OPTIONS && socket.Datagrams is { } sender)
        {
            error = (int)sender.SetUdpOptions(sender.UdpOptions with { NetworkOptions = optval.IsEmpty ? null : optval.ToArray() });
        }
        else if (level == IPPROTO_IP && socket.Datagrams is { } datagrams && optname is IP_ADD_MEMBERSHIP or IP_DROP_MEMBERSHIP or IP_MULTICAST_IF)
        {
            error = SetMulticast(socket.Datagrams!, optname, optval);
        }
        else if (SocketOptionTable.Find(level, optname) is not { } row) error = SocketOptionTable.Unknown(socket, level, optname);
        else if (row.Set is null) error = WSAENOPROTOOPT;
        else error = Set(row, socket, optval);
        return error == 0 ? 0 : SOCKET_ERROR;
    }

    // After AcceptEx and ConnectEx a socket is whole here at once; what is left is what Winsock alone knows of the listener.
    private int UpdateContext(ProviderSocket socket, int optname, ReadOnlySpan<byte> optval)
    {
        if (optname == SO_UPDATE_CONNECT_CONTEXT) return socket.Stream is { IsConnected: true } ? 0 : WSAENOTCONN;
        if (optval.Length < sizeof(ulong)) return WSAEFAULT;
        if (Find((nuint)BitConverter.ToUInt64(optval), out int error) is not { } listener) return error;
        if (listener.Stream is not { IsListening: true }) return WSAEINVAL;
        if (socket.Stream is not { IsConnected: true }) return WSAENOTCONN;
        socket.Inherit(listener);
        return 0;
    }

    private static int Get(SocketOptionRow row, ProviderSocket socket, Span<byte> optval, ref int optlen)
    {
        int needed = row.Form == OptionForm.Number ? sizeof(int) : 1;
        if (Math.Min(optlen, optval.Length) < needed) return WSAEFAULT;
        OptionValue value = row.Get!(socket);
        return value.Error != 0 ? value.Error : Write(value.Value, row.ReportedLength, optval, ref optlen);
    }

    private static int Write(int value, int reportedLength, Span<byte> optval, ref int optlen)
    {
        Span<byte> octets = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(octets, value);
        int room = Math.Min(optlen, optval.Length);
        if (room < 1) return WSAEFAULT;
        octets[..Math.Min(room, sizeof(int))].CopyTo(optval);
        optlen = Math.Min(room, reportedLength);
        return 0;
    }

    private static int Set(SocketOptionRow row, ProviderSocket socket, ReadOnlySpan<byte> optval)
    {
        switch (row.Form)
        {
            case OptionForm.Boolean when optval.IsEmpty:
                return 0;
            case OptionForm.Boolean when optval.Length is not (1 or 2) and < sizeof(int):
            case OptionForm.LowOctet when optval.IsEmpty:
            case OptionForm.Number when optval.Length < sizeof(int):
                return WSAEFAULT;
            case OptionForm.LowOctet:
                return row.Set!(socket, optval[0]);
            default:
                return row.Set!(socket, optval.Length switch { 1 => optval[0], 2 => BitConverter.ToInt16(optval), _ => BitConverter.ToInt32(optval) });
        }
    }

    private static int GetLinger(ProviderSocket socket, Span<byte> optval, ref int optlen)
    {
        if (socket.Stream is not { } stream) return WSAENOPROTOOPT;
        if (Math.Min(optlen, optval.Length) < sizeof(int)) return WSAEFAULT;
        LINGER linger = new() { l_onoff = stream.LingerEnabled ? (ushort)1 : (ushort)0, l_linger = stream.LingerSeconds };
        MemoryMarshal.Write(optval, linger);
        optlen = sizeof(int);
        return 0;
    }

    private static int SetLinger(ProviderSocket socket, ReadOnlySpan<byte> optval)
    {
        if (socket.Stream is not { } stream) return WSAENOPROTOOPT;
        if (optval.Length < sizeof(int)) return WSAEFAULT;
        LINGER linger = MemoryMarshal.Read<LINGER>(optval);
        stream.LingerEnabled = linger.l_onoff != 0;
        stream.LingerSeconds = linger.l_linger;
        return 0;
    }

    private static int GetNetworkOptions(UdpSocketCore datagrams, Span<byte> optval, ref int optlen)
    {
        ReadOnlySpan<byte> options = datagrams.UdpOptions.NetworkOptions;
        if (Math.Min(optlen, optval.Length) < options.Length) return WSAEFAULT;
        options.CopyTo(optval);
        optlen = options.Length;
        return 0;
    }

    private int SetMulticast(UdpSocketCore datagrams, int optname, ReadOnlySpan<byte> optval)
    {
        if (optname == IP_MULTICAST_IF)
        {
            if (optval.Length < IpAddress.Ipv4Size) return WSAEFAULT;
            if (!TryFindInterface(optval, out int chosen)) return WSAEADDRNOTAVAIL;
            UdpSocketOptions changed = datagrams.UdpOptions with { MulticastInterface = chosen };
            return (int)datagrams.SetUdpOptions(changed);
        }
        if (optval.Length < 2 * IpAddress.Ipv4Size) return WSAEFAULT;
        IpAddress group = IpAddress.FromBytes(optval[..IpAddress.Ipv4Size]);
        if (!TryFindInterface(optval[IpAddress.Ipv4Size..], out int index)) return WSAEADDRNOTAVAIL;
        return (int)(optname == IP_ADD_MEMBERSHIP ? datagrams.JoinGroup(group, index) : datagrams.LeaveGroup(group, index));
    }

    // An address of the interface, or 0.x.x.x: its index in network order; 0: whichever the route says.
    private bool TryFindInterface(ReadOnlySpan<byte> octets, out int index)
    {
        IpAddress address = IpAddress.FromBytes(octets[..IpAddress.Ipv4Size]);
        index = (int)(address.Ipv4Value & 0x00FF_FFFF);
        if (address.Ipv4Value >> 24 == 0) return index == 0 || host.Interfaces.Any(candidate => candidate.Index == (int)(address.Ipv4Value & 0x00FF_FFFF));
        index = host.Interfaces.FirstOrDefault(candidate => candidate.Addresses.Any(own => own.Prefix.Address == address))?.Index ?? 0;
        return index != 0;
    }
}
