using System.Buffers.Binary;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Winsock;

/// <content>Host order and network order.</content>
public sealed partial class WinsockApi
{
    public static ushort htons(ushort hostshort) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(hostshort) : hostshort;

    public static uint htonl(uint hostlong) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(hostlong) : hostlong;

    public static ulong htonll(ulong Value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(Value) : Value;

    public static ushort ntohs(ushort netshort) => htons(netshort);

    public static uint ntohl(uint netlong) => htonl(netlong);

    public static ulong ntohll(ulong Value) => htonll(Value);

    /// <summary>A float's bits in network order.</summary>
    public static uint htonf(float Value) => htonl(BitConverter.SingleToUInt32Bits(Value));

    public static float ntohf(uint Value) => BitConverter.UInt32BitsToSingle(ntohl(Value));

    /// <summary>A double's bits in network order.</summary>
    public static ulong htond(double Value) => htonll(BitConverter.DoubleToUInt64Bits(Value));

    public static double ntohd(ulong Value) => BitConverter.UInt64BitsToDouble(ntohll(Value));

    /// <summary>As <see cref="htonl"/>, in the order of a socket's protocol: that of all here is the network's.</summary>
    /// <returns>SOCKET_ERROR with WSAENOTSOCK, WSANOTINITIALISED.</returns>
    public int WSAHtonl(SOCKET s, uint hostlong, out uint lpnetlong)
    {
        lpnetlong = htonl(hostlong);
        return EntryOf(s) is null ? SOCKET_ERROR : Succeed(0);
    }

    /// <inheritdoc cref="WSAHtonl"/>
    public int WSAHtons(SOCKET s, ushort hostshort, out ushort lpnetshort)
    {
        lpnetshort = htons(hostshort);
        return EntryOf(s) is null ? SOCKET_ERROR : Succeed(0);
    }

    /// <inheritdoc cref="WSAHtonl"/>
    public int WSANtohl(SOCKET s, uint netlong, out uint lphostlong) => WSAHtonl(s, netlong, out lphostlong);

    /// <inheritdoc cref="WSAHtonl"/>
    public int WSANtohs(SOCKET s, ushort netshort, out ushort lphostshort) => WSAHtons(s, netshort, out lphostshort);
}
