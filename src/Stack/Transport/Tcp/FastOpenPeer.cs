using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>A server that Fast Open was tried with.</summary>
internal sealed class FastOpenPeer
{
    /// <summary>Octets (RFC 7413 §4.1.1).</summary>
    public const int LargestCookie = 16;

    private readonly byte[] _cookie = new byte[LargestCookie];
    private int _cookieLength;

    /// <summary>Empty: it gave none yet.</summary>
    public ReadOnlySpan<byte> Cookie => _cookie.AsSpan(0, _cookieLength);

    /// <summary>It speaks the option in the form of an experiment.</summary>
    public bool IsExperimental { get; private set; }

    /// <summary>What it announced last, octets; 0: nothing.</summary>
    public ushort MaximumSegmentSize { get; set; }

    /// <summary>Failures since the last success.</summary>
    public int Failures { get; set; }

    public Instant DisabledUntil { get; set; }

    /// <param name="cookie">4..16 octets.</param>
    public void SetCookie(ReadOnlySpan<byte> cookie, bool isExperimental)
    {
        cookie.CopyTo(_cookie);
        _cookieLength = cookie.Length;
        IsExperimental = isExperimental;
    }
}
