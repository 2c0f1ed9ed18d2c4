using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>What is to become of a SYN.</summary>
public enum SynVerdict
{
    /// <summary>The handshake goes on.</summary>
    Accept,

    /// <summary>The peer is told at once: connection refused.</summary>
    Reset,

    /// <summary>The peer hears nothing.</summary>
    Drop,
}

/// <summary>Decides on a SYN before anything answers it.</summary>
/// <remarks>Called within the stack: it must neither throw nor call the stack. It sees a SYN again when its sender repeats it and it is not remembered.</remarks>
public delegate SynVerdict SynFilter(in IncomingSyn syn);

/// <summary>A SYN that came to a listener. Its source address may be forged.</summary>
public readonly ref struct IncomingSyn
{
    /// <summary>Whom it is for.</summary>
    public required IpEndpoint Local { get; init; }

    /// <summary>Who says to have sent it.</summary>
    public required IpEndpoint Remote { get; init; }

    /// <summary>Index of the interface that it came through.</summary>
    public int InterfaceIndex { get; init; }

    /// <summary>Octets, never scaled.</summary>
    public ushort Window { get; init; }

    public TcpSegmentOptions Options { get; init; }

    /// <summary>What it carries (RFC 7413).</summary>
    public ReadOnlySpan<byte> Text { get; init; }
}
