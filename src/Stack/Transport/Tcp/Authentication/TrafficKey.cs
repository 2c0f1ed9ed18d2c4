using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.Authentication;

/// <summary>A key for one direction of one connection (RFC 5925 §5.2), and what is signed with it.</summary>
[SuppressMessage("Security", "CA5350", Justification = "RFC 5926 demands HMAC-SHA-1.")]
[SuppressMessage("Security", "CA5351", Justification = "RFC 2385 is MD5.")]
internal sealed class TrafficKey : IDisposable
{
    private const int LargestKey = 32;
    private readonly TcpAuthenticationAlgorithm _algorithm;
    private readonly byte[] _key;
    private readonly AesCmac? _cmac;

    private TrafficKey(TcpAuthenticationAlgorithm algorithm, byte[] key)
    {
        _algorithm = algorithm;
        _key = key;
        if (algorithm == TcpAuthenticationAlgorithm.Aes128Cmac) _cmac = new AesCmac(key);
    }

    /// <summary>The key itself, which nobody but a test needs to see.</summary>
    internal ReadOnlySpan<byte> Octets => _key;

    /// <summary>Derives the key of the segments from one end to the other (RFC 5926 §3.1.1).</summary>
    /// <param name="sourceInitial">Initial sequence number of the sender.</param>
    /// <param name="destinationInitial">The receiver's; 0 for a SYN without ACK.</param>
    public static TrafficKey Derive(
        TcpAuthenticationKey master, in IpEndpoint source, in IpEndpoint destination, SequenceNumber sourceInitial, SequenceNumber destinationInitial)
    {
        if (master.IsMd5) return new TrafficKey(master.Algorithm, master.Secret);
        Span<byte> input = stackalloc byte[64];
        input[0] = 1;
        "TCP-AO"u8.CopyTo(input[1..]);
        int at = 7;
        source.Address.WriteTo(input[at..]);
        at += source.Address.Size;
        destination.Address.WriteTo(input[at..]);
        at += destination.Address.Size;
        BinaryPrimitives.WriteUInt16BigEndian(input[at..], source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(input[(at + 2)..], destination.Port);
        BinaryPrimitives.WriteUInt32BigEndian(input[(at + 4)..], sourceInitial.Value);
        BinaryPrimitives.WriteUInt32BigEndian(input[(at + 8)..], destinationInitial.Value);
        int keyBytes = KeyBytes(master.Algorithm);
        BinaryPrimitives.WriteUInt16BigEndian(input[(at + 12)..], (ushort)(keyBytes * 8));
        input = input[..(at + 14)];
        byte[] key = new byte[keyBytes];
        switch (master.Algorithm)
        {
            case TcpAuthenticationAlgorithm.HmacSha1:
                HMACSHA1.HashData(master.Secret, input, key);
                break;
            case TcpAuthenticationAlgorithm.HmacSha256:
                HMACSHA256.HashData(master.Secret, input, key);
                break;
            default:
                DeriveByCmac(master.Secret, input, key);
                break;
        }
        return new TrafficKey(master.Algorithm, key);
    }

    /// <summary>Signs a message as <see cref="SignedMessage"/> holds it.</summary>
    /// <param name="mac">Receives as many octets as the algorithm sends.</param>
    public void Sign(SignedMessage message, Span<byte> mac)
    {
        Span<byte> full = stackalloc byte[LargestKey];
        switch (_algorithm)
        {
            case TcpAuthenticationAlgorithm.HmacSha1:
                HMACSHA1.HashData(_key, message.Octets, full);
                break;
            case TcpAuthenticationAlgorithm.HmacSha256:
                HMACSHA256.HashData(_key, message.Octets, full);
                break;
            case TcpAuthenticationAlgorithm.Md5:
                message.Append(_key);
                MD5.HashData(message.Octets, full);
                break;
            default:
                _cmac!.Compute(message.Octets, full);
                break;
        }
        full[..mac.Length].CopyTo(mac);
    }

    public void Dispose() => _cmac?.Dispose();

    private static int KeyBytes(TcpAuthenticationAlgorithm algorithm) => algorithm switch
    {
        TcpAuthenticationAlgorithm.HmacSha1 => HMACSHA1.HashSizeInBytes,
        TcpAuthenticationAlgorithm.HmacSha256 => HMACSHA256.HashSizeInBytes,
        _ => AesCmac.Size,
    };

    // RFC 5926 §3.1.1.2: a master key of another length than AES takes is made one first.
    private static void DeriveByCmac(byte[] secret, ReadOnlySpan<byte> input, Span<byte> key)
    {
        Span<byte> fitting = stackalloc byte[AesCmac.Size];
        if (secret.Length == AesCmac.Size)
        {
            secret.CopyTo(fitting);
        }
        else
        {
            using AesCmac zero = new(new byte[AesCmac.Size]);
            zero.Compute(secret, fitting);
        }
        using AesCmac cmac = new(fitting);
        cmac.Compute(input, key);
    }
}
