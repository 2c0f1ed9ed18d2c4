using System.Runtime.InteropServices;
using System.Security.Cryptography;
using StackSharp.Stack.Time;

namespace StackSharp.Hosting;

/// <summary>The operating system's generator, 256 octets at a time: single numbers are wanted on the data path.</summary>
public sealed class SystemRandomSource : IRandomSource
{
    private readonly ulong[] _words = new ulong[32];
    private int _used = 32;

    public ulong Next()
    {
        if (_used == _words.Length)
        {
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_words.AsSpan()));
            _used = 0;
        }
        ulong word = _words[_used];
        _words[_used++] = 0;   // Nobody reads a number twice, from a core dump neither.
        return word;
    }

    public void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
}
