using System.Security.Cryptography;

namespace StackSharp.Stack.Transport.Tcp.Authentication;

/// <summary>AES-128-CMAC (RFC 4493): the runtime has the cipher and not the code.</summary>
internal sealed class AesCmac : IDisposable
{
    public const int Size = 16;

    private readonly Aes _aes;
    private readonly ICryptoTransform _cipher;
    private readonly byte[] _withWholeBlock = new byte[Size];
    private readonly byte[] _withPartialBlock = new byte[Size];

    // CBC goes on from the last block that it gave out. Undone in the next first block, that saves a new cipher for each message.
    private readonly byte[] _chain = new byte[Size];
    private readonly byte[] _block = new byte[Size];

    public AesCmac(ReadOnlySpan<byte> key)
    {
        _aes = Aes.Create();
        _aes.Key = key.ToArray();
        _aes.Mode = CipherMode.CBC;
        _aes.Padding = PaddingMode.None;
        _aes.IV = new byte[Size];
        _cipher = _aes.CreateEncryptor();
        Encrypt();
        _chain.CopyTo(_withWholeBlock, 0);
        Double(_withWholeBlock);
        _withWholeBlock.CopyTo(_withPartialBlock, 0);
        Double(_withPartialBlock);
    }

    /// <summary>The code of a message.</summary>
    /// <param name="mac">Receives 16 octets.</param>
    public void Compute(ReadOnlySpan<byte> message, Span<byte> mac)
    {
        _chain.CopyTo(_block, 0);
        while (message.Length > Size)
        {
            Add(message[..Size]);
            message = message[Size..];
            Encrypt();
            Array.Clear(_block);
        }
        Add(message);
        if (message.Length < Size) _block[message.Length] ^= 0x80;
        Add(message.Length < Size ? _withPartialBlock : _withWholeBlock);
        Encrypt();
        _chain.CopyTo(mac);
    }

    public void Dispose()
    {
        _cipher.Dispose();
        _aes.Dispose();
    }

    private void Add(ReadOnlySpan<byte> octets)
    {
        for (int i = 0; i < octets.Length; i++) _block[i] ^= octets[i];
    }

    private void Encrypt() => _cipher.TransformBlock(_block, 0, Size, _chain, 0);

    // In GF(2^128).
    private static void Double(Span<byte> value)
    {
        int carry = 0;
        for (int i = Size - 1; i >= 0; i--)
        {
            int shifted = (value[i] << 1) | carry;
            carry = value[i] >> 7;
            value[i] = (byte)shifted;
        }
        if (carry != 0) value[Size - 1] ^= 0x87;
    }
}
