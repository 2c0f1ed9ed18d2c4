using System.Security.Cryptography;
using System.Text;

namespace StackSharp.Cli.Iperf3;

/// <summary>What a test's connections know each other by: 36 characters and a zero, the first octets on each of them.</summary>
internal readonly record struct TestCookie
{
    /// <summary>Octets on the wire.</summary>
    public const int Size = Characters + 1;

    private const int Characters = 36;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    private TestCookie(string text) => Text = text;

    public string Text { get; }

    public static TestCookie Create() => new(RandomNumberGenerator.GetString(Alphabet, Characters));

    /// <summary>Reads <see cref="Size"/> octets.</summary>
    /// <returns>False: not a zero after 36 printing characters, so this is no iperf3 client.</returns>
    public static bool TryRead(ReadOnlySpan<byte> octets, out TestCookie cookie)
    {
        cookie = default;
        if (octets.Length != Size || octets[Characters] != 0) return false;
        foreach (byte character in octets[..Characters])
            if (character is <= (byte)' ' or > (byte)'~') return false;
        cookie = new TestCookie(Encoding.ASCII.GetString(octets[..Characters]));
        return true;
    }

    public byte[] ToBytes() => Encoding.ASCII.GetBytes(Text + '\0');
}
