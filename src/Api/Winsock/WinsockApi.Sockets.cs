using StackSharp.Spi;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Winsock;

/// <content>Creating, naming, connecting and closing sockets.</content>
public sealed partial class WinsockApi
{
    private const uint ControlPlanes = WSA_FLAG_MULTIPOINT_C_ROOT | WSA_FLAG_MULTIPOINT_C_LEAF;
    private const uint DataPlanes = WSA_FLAG_MULTIPOINT_D_ROOT | WSA_FLAG_MULTIPOINT_D_LEAF;

    /// <returns>INVALID_SOCKET with WSAESOCKTNOSUPPORT, WSAEAFNOSUPPORT, WSAEPROTONOSUPPORT (looked at in this order), WSAEINVAL, WSAENOBUFS.</returns>
    public SOCKET socket(int af, int type, int protocol) => WSASocketW(af, type, protocol, null, 0, WSA_FLAG_OVERLAPPED);

    /// <param name="lpProtocolInfo">Stands in for arguments that are 0 or FROM_PROTOCOL_INFO, and pins the provider.</param>
    /// <param name="dwFlags">WSA_FLAG_...; a multipoint socket needs one C_ and one D_ flag.</param>
    public SOCKET WSASocketW(int af, int type, int protocol, WSAPROTOCOL_INFOW? lpProtocolInfo, uint g, uint dwFlags)
    {
        if (!IsStarted) return SOCKET.INVALID_SOCKET;
        int error = Choose(af, type, protocol, lpProtocolInfo, out WSAPROTOCOL_INFOW? info, out ITransportProvider? provider);
        uint planes = dwFlags & (ControlPlanes | DataPlanes);
        bool isPair = (planes & ControlPlanes) is not 0 and not ControlPlanes && (planes & DataPlanes) is not 0 and not DataPlanes;
        if (error == 0 && planes != 0 && !isPair) error = WSAEINVAL;
        SOCKET created = SOCKET.INVALID_SOCKET;
        if (error == 0) created = provider!.WSPSocket(info!.iAddressFamily, info.iSocketType, info.iProtocol, info, g, dwFlags, out error);
        LastError.Value = created == SOCKET.INVALID_SOCKET ? error : 0;
        return created;
    }

    /// <returns>SOCKET_ERROR with WSAENOTSOCK; WSAEWOULDBLOCK: not blocking, set to linger, and not all has been sent: still open.</returns>
    public int closesocket(SOCKET s) => ProviderOf(s) is { } provider ? Finish(provider.WSPCloseSocket(s, out int error), error) : SOCKET_ERROR;

    /// <param name="name">A sockaddr_in or sockaddr_in6.</param>
    /// <returns>SOCKET_ERROR with WSAEFAULT: NULL or too short; WSAEAFNOSUPPORT; WSAEADDRNOTAVAIL; WSAEINVAL: bound already; WSAEADDRINUSE; WSAEACCES.</returns>
    public int bind(SOCKET s, ReadOnlySpan<byte> name) => ProviderOf(s) is { } provider ? Finish(provider.WSPBind(s, name, out int error), error) : SOCKET_ERROR;

    /// <param name="backlog">Cut to what the stack allows; SOMAXCONN asks for the most; -n is SOMAXCONN_HINT(n).</param>
    /// <returns>SOCKET_ERROR with WSAEINVAL: not bound; WSAEISCONN; WSAEOPNOTSUPP: no stream socket; WSAEADDRINUSE.</returns>
    public int listen(SOCKET s, int backlog) => ProviderOf(s) is { } provider ? Finish(provider.WSPListen(s, backlog, out int error), error) : SOCKET_ERROR;

    /// <param name="addr">Receives the peer; may be NULL.</param>
    /// <param name="addrlen">Its size; set to the address's true size. A null reference: the address is ignored.</param>
    /// <returns>INVALID_SOCKET with WSAEINVAL: not listening; WSAEOPNOTSUPP; WSAEWOULDBLOCK; WSAEFAULT: too short; WSAEINTR: closed meanwhile.</returns>
    public SOCKET accept(SOCKET s, Span<byte> addr, ref int addrlen)
    {
        if (ProviderOf(s) is not { } provider) return SOCKET.INVALID_SOCKET;
        SOCKET accepted = provider.WSPAccept(s, addr, ref addrlen, out int error);
        LastError.Value = accepted == SOCKET.INVALID_SOCKET ? error : 0;
        return accepted;
    }

    public SOCKET accept(SOCKET s)
    {
        int none = 0;
        return accept(s, default, ref none);
    }

    /// <returns>
    /// SOCKET_ERROR with WSAEFAULT; WSAEAFNOSUPPORT; WSAEADDRNOTAVAIL; WSAEISCONN; WSAEALREADY; WSAEINVAL: listening; WSAEWOULDBLOCK: under way;
    /// WSAECONNREFUSED; WSAETIMEDOUT; WSAENETUNREACH; WSAEHOSTUNREACH; WSAEADDRINUSE.
    /// </returns>
    public int connect(SOCKET s, ReadOnlySpan<byte> name) => ProviderOf(s) is { } provider ? Finish(provider.WSPConnect(s, name, out int error), error) : SOCKET_ERROR;

    /// <returns>SOCKET_ERROR with WSAEINVAL: not one of SD_RECEIVE, SD_SEND, SD_BOTH; WSAENOTCONN.</returns>
    public int shutdown(SOCKET s, int how) => ProviderOf(s) is { } provider ? Finish(provider.WSPShutdown(s, how, out int error), error) : SOCKET_ERROR;

    /// <returns>SOCKET_ERROR with WSAEINVAL: not bound; WSAEFAULT: too short, and the length is left alone.</returns>
    public int getsockname(SOCKET s, Span<byte> name, ref int namelen) =>
        ProviderOf(s) is { } provider ? Finish(provider.WSPGetSockName(s, name, ref namelen, out int error), error) : SOCKET_ERROR;

    /// <returns>SOCKET_ERROR with WSAENOTCONN; WSAEFAULT.</returns>
    public int getpeername(SOCKET s, Span<byte> name, ref int namelen) =>
        ProviderOf(s) is { } provider ? Finish(provider.WSPGetPeerName(s, name, ref namelen, out int error), error) : SOCKET_ERROR;

    /// <summary>Lists the catalog.</summary>
    /// <param name="lpiProtocols">Those wanted, ended by 0 or the end; null: all.</param>
    /// <param name="lpProtocolBuffer">Receives them; null to ask for the size.</param>
    /// <param name="lpdwBufferLength">Size of the buffer in octets, <see cref="WSAPROTOCOL_INFOW.Size"/> each; receives what is needed.</param>
    /// <returns>How many; SOCKET_ERROR with WSAENOBUFS: too small.</returns>
    public int WSAEnumProtocolsW(ReadOnlySpan<int> lpiProtocols, WSAPROTOCOL_INFOW[]? lpProtocolBuffer, ref uint lpdwBufferLength)
    {
        if (!IsStarted) return SOCKET_ERROR;
        bool isFiltered = !lpiProtocols.IsEmpty;
        HashSet<int> wanted = [];
        foreach (int protocol in lpiProtocols)
        {
            if (protocol == 0) break;
            wanted.Add(protocol);
        }
        WSAPROTOCOL_INFOW[] found = [.. Catalog.Entries.Where(entry =>
            (entry.dwProviderFlags & WSAPROTOCOL_INFOW.PFL_HIDDEN) == 0 && (!isFiltered || wanted.Contains(entry.iProtocol)))];
        uint needed = (uint)found.Length * WSAPROTOCOL_INFOW.Size;
        bool fits = lpProtocolBuffer is not null && lpProtocolBuffer.Length >= found.Length && lpdwBufferLength >= needed;
        if (!fits)
        {
            lpdwBufferLength = needed;
            return Fail(WSAENOBUFS);
        }
        found.CopyTo(lpProtocolBuffer!, 0);
        return Succeed(found.Length);
    }

    // The order of the checks is what programs meet: type, family, protocol.
    private int Choose(int af, int type, int protocol, WSAPROTOCOL_INFOW? block, out WSAPROTOCOL_INFOW? info, out ITransportProvider? provider)
    {
        (info, provider) = (null, null);
        if (block is not null)
        {
            if (af is 0 or FROM_PROTOCOL_INFO) af = block.iAddressFamily;
            if (type is 0 or FROM_PROTOCOL_INFO) type = block.iSocketType;
            if (protocol is 0 or FROM_PROTOCOL_INFO) protocol = block.iProtocol;
            if (af is AF_UNSPEC or FROM_PROTOCOL_INFO) return WSAEAFNOSUPPORT;
            bool isAsEntered = Catalog.TryFind(block.dwCatalogEntryId, out info, out provider)
                && info!.iAddressFamily == af && info.iSocketType == type && info.iProtocol == protocol;
            if (isAsEntered) return 0;
        }
        if (type != 0 && !Catalog.HasType(type)) return WSAESOCKTNOSUPPORT;
        if (af == AF_UNSPEC)
        {
            if (protocol == 0) return WSAEINVAL;
            af = AF_INET;
        }
        if (!Catalog.HasFamily(af)) return WSAEAFNOSUPPORT;
        if (type == 0 && protocol == 0) type = SOCK_STREAM;
        return Catalog.TryFind(af, type, protocol, out info, out provider) ? 0 : WSAEPROTONOSUPPORT;
    }
}
