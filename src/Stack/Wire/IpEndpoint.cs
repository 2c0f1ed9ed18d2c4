using System.Globalization;

namespace StackSharp.Stack.Wire;

/// <summary>An address and a port; the port is in host order.</summary>
public readonly record struct IpEndpoint(IpAddress Address, ushort Port)
{
    /// <summary>Reads "192.0.2.1:80" or "[2001:db8::1]:80" (RFC 5952 §6). The port is decimal, 0..65535, and must be there.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpEndpoint endpoint)
    {
        endpoint = default;
        int colon = text.LastIndexOf(':');
        if (colon < 1) return false;
        ReadOnlySpan<char> host = text[..colon];
        bool bracketed = host[0] == '[';
        if (bracketed)
        {
            if (host[^1] != ']') return false;
            host = host[1..^1];
        }

        // Brackets mark IPv6 and nothing else; without them the last group would pass for a port.
        if (host.Contains(':') != bracketed || !IpAddress.TryParse(host, out IpAddress address)) return false;
        if (!ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)) return false;
        endpoint = new IpEndpoint(address, port);
        return true;
    }

    /// <exception cref="FormatException">Not an endpoint.</exception>
    public static IpEndpoint Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out IpEndpoint endpoint) ? endpoint : throw new FormatException($"Not an address and port: '{text}'.");

    public override string ToString() => Address.IsIpv4 ? $"{Address}:{Port}" : $"[{Address}]:{Port}";

    public override int GetHashCode() => unchecked((int)((uint)(Address.GetHashCode() ^ Port) * 0x9E37_79B1));
}
