using System.Buffers.Binary;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.Authentication;

/// <summary>The octets of one segment that its signature covers (RFC 5925 §5.1, RFC 2385 §2.0), put together in memory that is used again and again.</summary>
internal sealed class SignedMessage
{
    // The largest segment, and what stands before and behind it.
    private readonly byte[] _octets = new byte[ushort.MaxValue + 256];
    private int _length;

    public ReadOnlySpan<byte> Octets => _octets.AsSpan(0, _length);

    /// <summary>What stands before the text: sequence number extension, pseudo-header, header with neither checksum nor signature.</summary>
    /// <param name="header">The TCP header with its options.</param>
    /// <param name="option">Where in it the option is that holds the signature, padding not counted, and how long.</param>
    /// <param name="textLength">Octets that follow the header in the segment.</param>
    public void Begin(
        TcpAuthenticationKey key, uint extension, in IpAddress source, in IpAddress destination, ReadOnlySpan<byte> header, (int At, int Length) option, int textLength)
    {
        _length = 0;
        if (!key.IsMd5) Append(extension);
        AppendAddress(source);
        AppendAddress(destination);
        if (source.IsIpv4)
        {
            Append((uint)IpProtocol.Tcp << 16 | (uint)(header.Length + textLength));
        }
        else
        {
            Append((uint)(header.Length + textLength));
            Append((uint)IpProtocol.Tcp);
        }
        int start = _length;
        Append(header[..TcpHeader.MinimumSize]);
        _octets.AsSpan(start + 16, 2).Clear();
        if (key.IsMd5) return;
        int optionStart = key.CoversOptions ? start + option.At : _length;
        Append(key.CoversOptions ? header[TcpHeader.MinimumSize..] : header.Slice(option.At, option.Length));
        _octets.AsSpan(optionStart + 4, option.Length - 4).Clear();
    }

    public void Append(ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(_octets.AsSpan(_length));
        _length += octets.Length;
    }

    private void AppendAddress(in IpAddress address)
    {
        address.WriteTo(_octets.AsSpan(_length));
        _length += address.Size;
    }

    private void Append(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_octets.AsSpan(_length), value);
        _length += sizeof(uint);
    }
}
