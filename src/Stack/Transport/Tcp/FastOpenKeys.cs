using System.Buffers.Binary;
using System.Security.Cryptography;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>Keys of Fast Open cookies (RFC 7413 §4.1.2): one to make them, and the one before it, under which they are still taken.</summary>
/// <remarks>A cookie is SipHash-2-4 of the client's and the server's address as they stand in the IP header, in eight octets: what Linux makes of the same key,
/// so that both may serve one address.</remarks>
public sealed class FastOpenKeys
{
    /// <summary>Octets of a key.</summary>
    public const int KeySize = 16;

    /// <summary>Octets of a cookie.</summary>
    public const int CookieSize = 8;

    private readonly SipHash _current;
    private readonly SipHash? _former;

    /// <param name="current">Key of 16 octets that cookies are made with.</param>
    /// <param name="former">Key whose cookies are still taken, and answered by a new one; empty: none.</param>
    /// <exception cref="ArgumentException">A key has another length.</exception>
    public FastOpenKeys(ReadOnlySpan<byte> current, ReadOnlySpan<byte> former = default)
        : this(FromOctets(current, nameof(current)), former.IsEmpty ? null : FromOctets(former, nameof(former)))
    {
    }

    private FastOpenKeys(SipHash current, SipHash? former)
    {
        _current = current;
        _former = former;
    }

    internal enum Verdict
    {
        Unknown,
        Current,

        /// <summary>Made with the key before.</summary>
        Former,
    }

    internal static FastOpenKeys Draw(IRandomSource random) => new(new SipHash(random), null);

    /// <summary>A new key takes over, and the current one becomes the former.</summary>
    internal FastOpenKeys Rotate(IRandomSource random) => new(new SipHash(random), _current);

    internal void MakeCookie(in IpAddress client, in IpAddress server, Span<byte> cookie) => Write(_current, client, server, cookie);

    internal Verdict Check(in IpAddress client, in IpAddress server, ReadOnlySpan<byte> cookie)
    {
        Span<byte> expected = stackalloc byte[CookieSize];
        Write(_current, client, server, expected);
        if (CryptographicOperations.FixedTimeEquals(expected, cookie)) return Verdict.Current;
        if (_former is not { } former) return Verdict.Unknown;
        Write(former, client, server, expected);
        return CryptographicOperations.FixedTimeEquals(expected, cookie) ? Verdict.Former : Verdict.Unknown;
    }

    private static void Write(in SipHash key, in IpAddress client, in IpAddress server, Span<byte> cookie)
    {
        Span<byte> octets = stackalloc byte[2 * IpAddress.Ipv6Size];
        int length = client.Size;
        client.WriteTo(octets);
        server.WriteTo(octets[length..]);
        Span<ulong> words = stackalloc ulong[4];
        int count = 2 * length / sizeof(ulong);
        for (int i = 0; i < count; i++) words[i] = BinaryPrimitives.ReadUInt64LittleEndian(octets[(i * sizeof(ulong))..]);
        BinaryPrimitives.WriteUInt64LittleEndian(cookie, key.Compute(words[..count]));
    }

    private static SipHash FromOctets(ReadOnlySpan<byte> key, string parameter)
    {
        if (key.Length != KeySize) throw new ArgumentException($"A key has {KeySize} octets, not {key.Length}.", parameter);
        return new SipHash(BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[sizeof(ulong)..]));
    }
}
