namespace StackSharp.Stack.Transport.Udp;

/// <summary>UDP's constants for one stack.</summary>
public sealed record UdpLayerOptions
{
    /// <summary>Takes IPv4 datagrams without checksum (RFC 1122 §4.1.3.4). Default true.</summary>
    public bool AcceptZeroChecksum { get; init; } = true;

    /// <summary>First ephemeral port (RFC 6335 §6). Default 49152.</summary>
    public ushort FirstEphemeralPort { get; init; } = 49152;

    /// <summary>Last ephemeral port. Default 65535.</summary>
    public ushort LastEphemeralPort { get; init; } = 65535;

    /// <summary>Endpoints. Default 1,048,576.</summary>
    public int MaximumEndpoints { get; init; } = 1 << 20;

    /// <summary>What endpoints start with.</summary>
    public UdpSocketOptions Socket { get; init; } = new();
}
