using System.Buffers.Binary;
using StackSharp.Stack.Wire;
using StackSharp.Winsock;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Providers;

/// <summary>sockaddr_in and sockaddr_in6 as octets: family in the machine's order, the rest in the network's.</summary>
internal static class SocketAddressFormat
{
    public const int Ipv4Size = 16;
    public const int Ipv6Size = 28;

    public static int SizeOf(bool isIpv6) => isIpv6 ? Ipv6Size : Ipv4Size;

    /// <returns>0; WSAEFAULT: NULL or too short; WSAEAFNOSUPPORT: another family.</returns>
    public static int Read(ReadOnlySpan<byte> name, bool isIpv6, out IpEndpoint endpoint)
    {
        endpoint = default;
        if (NullSpan.IsNull(name) || name.Length < SizeOf(isIpv6)) return WSAEFAULT;
        if (BitConverter.ToUInt16(name) != (isIpv6 ? AF_INET6 : AF_INET)) return WSAEAFNOSUPPORT;
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(name[2..]);
        IpAddress address = IpAddress.FromBytes(isIpv6 ? name.Slice(8, IpAddress.Ipv6Size) : name.Slice(4, IpAddress.Ipv4Size));
        endpoint = new IpEndpoint(address, port);
        return 0;
    }

    /// <summary>The address fits into a caller's buffer, or the caller wants none.</summary>
    public static bool Fits(ReadOnlySpan<byte> buffer, int length, bool isIpv6) =>
        NullSpan.IsNull(buffer) || (length >= SizeOf(isIpv6) && buffer.Length >= SizeOf(isIpv6));

    /// <summary>Writes an address, if the caller wants one, and its size.</summary>
    public static void Write(in IpEndpoint endpoint, bool isIpv6, Span<byte> buffer, ref int length)
    {
        if (NullSpan.IsNull(buffer)) return;
        int size = SizeOf(isIpv6);
        buffer[..size].Clear();
        BitConverter.TryWriteBytes(buffer, (ushort)(isIpv6 ? AF_INET6 : AF_INET));
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], endpoint.Port);
        endpoint.Address.WriteTo(buffer[(isIpv6 ? 8 : 4)..]);
        length = size;
    }
}
