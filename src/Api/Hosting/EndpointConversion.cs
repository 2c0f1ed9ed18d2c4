using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using StackSharp.Stack.Wire;

namespace StackSharp.Hosting;

/// <summary>Between the core's addresses and System.Net's.</summary>
public static class EndpointConversion
{
    // The family's number and place differ between systems: System.Net knows.
    private static readonly SocketAddress Ipv4 = new(AddressFamily.InterNetwork);
    private static readonly SocketAddress Ipv6 = new(AddressFamily.InterNetworkV6);
    private const int FamilyOctets = 2;

    public static IPAddress ToSystem(this in IpAddress address)
    {
        Span<byte> bytes = stackalloc byte[IpAddress.Ipv6Size];
        address.WriteTo(bytes);
        return new IPAddress(bytes[..address.Size]);
    }

    /// <remarks>An IPv4-mapped IPv6 address becomes the IPv4 address; a scope is dropped.</remarks>
    public static IpAddress ToStack(this IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[IpAddress.Ipv6Size];
        address.TryWriteBytes(bytes, out int length);
        return IpAddress.FromBytes(bytes[..length]);
    }

    public static IPEndPoint ToSystem(this in IpEndpoint endpoint) => new(endpoint.Address.ToSystem(), endpoint.Port);

    public static IpEndpoint ToStack(this IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return new IpEndpoint(endpoint.Address.ToStack(), (ushort)endpoint.Port);
    }

    /// <summary>Family, port and address in the layout of the machine's sockaddr, without allocating. Whatever stood there is overwritten.</summary>
    /// <param name="destination">With room for an address of the family: to be checked before the call waits, for here nobody is left to be told.</param>
    internal static void WriteTo(this in IpEndpoint endpoint, SocketAddress destination)
    {
        SocketAddress family = endpoint.Address.IsIpv4 ? Ipv4 : Ipv6;
        int size = SocketAddress.GetMaximumAddressSize(family.Family);
        Span<byte> bytes = destination.Buffer.Span[..size];
        bytes[FamilyOctets..].Clear();
        family.Buffer.Span[..FamilyOctets].CopyTo(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], endpoint.Port);
        endpoint.Address.WriteTo(bytes[(endpoint.Address.IsIpv4 ? 4 : 8)..]);
        destination.Size = size;
    }
}
