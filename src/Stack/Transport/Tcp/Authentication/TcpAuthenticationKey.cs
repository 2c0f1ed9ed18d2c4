using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Tcp.Authentication;

/// <summary>A key for the connections with some peers: a master key tuple of TCP-AO (RFC 5925 §3.1), or a key of the MD5 signature option.</summary>
/// <remarks>Never changed once it is made. The secret stays in managed memory for as long as the key does.</remarks>
public sealed class TcpAuthenticationKey
{
    /// <summary>Octets that a secret has at most.</summary>
    public const int LargestSecret = 80;

    /// <param name="peers">Remote addresses that it is for.</param>
    /// <param name="secret">The master key: 1 to 80 octets.</param>
    /// <param name="sendId">SendID: the KeyID of segments signed with it here.</param>
    /// <param name="receiveId">RecvID: the KeyID of segments signed with it by the peer.</param>
    /// <param name="algorithm">Both key derivation and signature follow from it.</param>
    /// <param name="coversOptions">The signature covers the other TCP options. False: a middlebox may change them.</param>
    /// <exception cref="ArgumentException">The secret is empty or too long.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such algorithm, or MD5, which has no IDs: see <see cref="ForMd5"/>.</exception>
    public TcpAuthenticationKey(
        IpPrefix peers, ReadOnlySpan<byte> secret, byte sendId, byte receiveId, TcpAuthenticationAlgorithm algorithm = TcpAuthenticationAlgorithm.HmacSha1,
        bool coversOptions = true)
        : this(peers, secret, algorithm)
    {
        if (!Enum.IsDefined(algorithm) || algorithm == TcpAuthenticationAlgorithm.Md5)
            throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "Choose an algorithm of TCP-AO, or make the key with ForMd5.");
        SendId = sendId;
        ReceiveId = receiveId;
        CoversOptions = coversOptions;
    }

    private TcpAuthenticationKey(IpPrefix peers, ReadOnlySpan<byte> secret, TcpAuthenticationAlgorithm algorithm)
    {
        if (secret.Length is 0 or > LargestSecret) throw new ArgumentException($"A secret has 1 to {LargestSecret} octets, not {secret.Length}.", nameof(secret));
        Peers = peers;
        Secret = secret.ToArray();
        Algorithm = algorithm;
    }

    public IpPrefix Peers { get; }

    public TcpAuthenticationAlgorithm Algorithm { get; }

    /// <summary>KeyID of what is sent; 0 for MD5.</summary>
    public byte SendId { get; }

    /// <summary>KeyID of what is received; 0 for MD5.</summary>
    public byte ReceiveId { get; }

    /// <summary>The signature covers the other options of a segment.</summary>
    public bool CoversOptions { get; }

    internal byte[] Secret { get; }

    internal bool IsMd5 => Algorithm == TcpAuthenticationAlgorithm.Md5;

    /// <summary>Octets of the signature.</summary>
    internal int MacBytes => Algorithm is TcpAuthenticationAlgorithm.HmacSha1 or TcpAuthenticationAlgorithm.Aes128Cmac ? 12 : 16;

    /// <summary>Octets that its option takes in a header, filled up to a word.</summary>
    internal int OptionBytes => MacBytes + 4;

    /// <summary>A key of the MD5 signature option (RFC 2385).</summary>
    /// <param name="peers">Remote addresses that it is for.</param>
    /// <param name="secret">1 to 80 octets.</param>
    /// <exception cref="ArgumentException">The secret is empty or too long.</exception>
    public static TcpAuthenticationKey ForMd5(IpPrefix peers, ReadOnlySpan<byte> secret) => new(peers, secret, TcpAuthenticationAlgorithm.Md5);

    internal bool Overlaps(TcpAuthenticationKey other) => Peers.Contains(other.Peers.Address) || other.Peers.Contains(Peers.Address);
}
