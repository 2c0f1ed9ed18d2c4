using System.Buffers.Binary;
using StackSharp.Stack.Wire;

namespace StackSharp.Packetdrill.Wire;

/// <summary>sockaddr_in and sockaddr_in6.</summary>
internal static unsafe class SocketAddress
{
    public const int Unspecified = 0;
    public const int Ipv4 = 2;
    public const int Ipv6 = 10;
    private const int Ipv4Size = 16;
    private const int Ipv6Size = 28;

    /// <summary>The family of an address; <see cref="Unspecified"/> as well when there is too little of it to say.</summary>
    public static int FamilyOf(byte* address, uint length) => address == null || length < sizeof(ushort) ? Unspecified : *(ushort*)address;

    /// <summary>Reads an address of either family.</summary>
    /// <returns>False: no such family, or too short for it.</returns>
    public static bool TryRead(byte* address, uint length, out IpEndpoint endpoint)
    {
        endpoint = default;
        int family = FamilyOf(address, length);
        ReadOnlySpan<byte> bytes = new(address, (int)length);
        if (family == Ipv4 && length >= Ipv4Size) endpoint = new IpEndpoint(IpAddress.FromBytes(bytes.Slice(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
        else if (family == Ipv6 && length >= Ipv6Size) endpoint = new IpEndpoint(IpAddress.FromBytes(bytes.Slice(8, 16)), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
        else return false;
        return true;
    }

    /// <summary>Writes an address as the socket's family has it, and its length; as much as there is room for, as Linux does.</summary>
    public static void Write(in IpEndpoint endpoint, int family, byte* address, uint* length)
    {
        if (address == null || length == null) return;
        Span<byte> whole = stackalloc byte[Ipv6Size];
        whole.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(whole, (ushort)family);
        BinaryPrimitives.WriteUInt16BigEndian(whole[2..], endpoint.Port);
        int size = family == Ipv4 ? Ipv4Size : Ipv6Size;
        if (family == Ipv4) BinaryPrimitives.WriteUInt32BigEndian(whole[4..], endpoint.Address.Ipv4Value);
        else
        {
            // IPv4 on an IPv6 socket is ::ffff:a.b.c.d, which is how IpAddress holds it.
            BinaryPrimitives.WriteUInt64BigEndian(whole[8..], endpoint.Address.High);
            BinaryPrimitives.WriteUInt64BigEndian(whole[16..], endpoint.Address.Low);
        }
        int room = (int)Math.Min(*length, (uint)size);
        whole[..room].CopyTo(new Span<byte>(address, room));
        *length = (uint)size;
    }
}
