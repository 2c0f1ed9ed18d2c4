namespace StackSharp.Stack.Transport.Tcp.Authentication;

/// <summary>How the segments of a connection are signed.</summary>
public enum TcpAuthenticationAlgorithm
{
    /// <summary>TCP-AO with HMAC-SHA-1-96 (RFC 5926 §3.2).</summary>
    HmacSha1,

    /// <summary>TCP-AO with AES-128-CMAC-96 (RFC 5926 §3.2).</summary>
    Aes128Cmac,

    /// <summary>TCP-AO with HMAC-SHA-256, of which 16 octets are sent. No RFC names it; both ends have to agree on it as on the key.</summary>
    HmacSha256,

    /// <summary>The MD5 signature option (RFC 2385), which TCP-AO replaces: for peers that know nothing else.</summary>
    Md5,
}
