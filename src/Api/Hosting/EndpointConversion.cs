using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using StackSharp.Stack.Wire;

namespace StackSharp.Hosting;

/// <summary>Between the core's addresses and System.Net's.</summary>
public static class EndpointConversion
{
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

    /// <summary>Family, port and address in the layout of the machine's sockaddr, without allocating.</summary>
    /// <exception cref="ArgumentException">The socket address is too small for the family.</exception>
    internal static void WriteTo(this in IpEndpoint endpoint, SocketAddress destination)
    {
        int size = endpoint.Address.IsIpv4 ? 16 : 28;
        if (destination.Buffer.Length < size) throw new ArgumentException("The socket address is too small.", nameof(destination));
        Span<byte> bytes = destination.Buffer.Span[..size];
        bytes[2..].Clear();
        // The family's number and place differ between systems: System.Net knows.
        if (destination.Family != (endpoint.Address.IsIpv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6))
        {
            throw new ArgumentException("The socket address is of the other family.", nameof(destination));
        }
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], endpoint.Port);
        endpoint.Address.WriteTo(bytes[(endpoint.Address.IsIpv4 ? 4 : 8)..]);
        destination.Size = size;
    }
}
