using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Winsock;

/// <content>The same functions with structures in place of octets.</content>
public sealed partial class WinsockApi
{
    public int bind(SOCKET s, in sockaddr_in name) => bind(s, AsBytes(in name));

    public int connect(SOCKET s, in sockaddr_in name) => connect(s, AsBytes(in name));

    public SOCKET accept(SOCKET s, out sockaddr_in addr)
    {
        addr = default;
        int length = Unsafe.SizeOf<sockaddr_in>();
        return accept(s, AsWritableBytes(ref addr), ref length);
    }

    public int getsockname(SOCKET s, out sockaddr_in name)
    {
        name = default;
        int length = Unsafe.SizeOf<sockaddr_in>();
        return getsockname(s, AsWritableBytes(ref name), ref length);
    }

    public int getpeername(SOCKET s, out sockaddr_in name)
    {
        name = default;
        int length = Unsafe.SizeOf<sockaddr_in>();
        return getpeername(s, AsWritableBytes(ref name), ref length);
    }

    public int sendto(SOCKET s, ReadOnlySpan<byte> buf, int flags, in sockaddr_in to) => sendto(s, buf, flags, AsBytes(in to));

    public int recvfrom(SOCKET s, Span<byte> buf, int flags, out sockaddr_in from)
    {
        from = default;
        int length = Unsafe.SizeOf<sockaddr_in>();
        return recvfrom(s, buf, flags, AsWritableBytes(ref from), ref length);
    }

    /// <summary>Sets a four-octet option.</summary>
    public int setsockopt(SOCKET s, int level, int optname, int optval) => setsockopt(s, level, optname, AsBytes(in optval));

    public int setsockopt(SOCKET s, int level, int optname, in LINGER optval) => setsockopt(s, level, optname, AsBytes(in optval));

    public int setsockopt(SOCKET s, int level, int optname, in ip_mreq optval) => setsockopt(s, level, optname, AsBytes(in optval));

    /// <summary>SO_UPDATE_ACCEPT_CONTEXT's value: the listener.</summary>
    public int setsockopt(SOCKET s, int level, int optname, SOCKET optval) => setsockopt(s, level, optname, BitConverter.GetBytes((ulong)optval.Value));

    /// <summary>Reads an option of up to four octets.</summary>
    public int getsockopt(SOCKET s, int level, int optname, out int optval)
    {
        optval = 0;
        int length = sizeof(int);
        return getsockopt(s, level, optname, AsWritableBytes(ref optval), ref length);
    }

    public int getsockopt(SOCKET s, int level, int optname, out LINGER optval)
    {
        optval = default;
        int length = Unsafe.SizeOf<LINGER>();
        return getsockopt(s, level, optname, AsWritableBytes(ref optval), ref length);
    }

    /// <summary>An IPv4 socket address; both arguments in host order.</summary>
    public static sockaddr_in Address(uint address, ushort port) =>
        new() { sin_family = AF_INET, sin_port = htons(port), sin_addr = new in_addr { s_addr = htonl(address) } };

    internal static ReadOnlySpan<byte> AsBytes<T>(in T value) where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value));

    internal static Span<byte> AsWritableBytes<T>(ref T value) where T : unmanaged => MemoryMarshal.AsBytes(new Span<T>(ref value));
}
