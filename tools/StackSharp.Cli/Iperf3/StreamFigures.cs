using StackSharp.Stack.Transport.Tcp;

namespace StackSharp.Cli.Iperf3;

/// <summary>What one stream has done up to some moment, at this end.</summary>
/// <param name="Packets">UDP: datagrams sent, or the highest number that arrived.</param>
/// <param name="Jitter">UDP receiver: seconds.</param>
/// <param name="Connection">TCP: the connection's state.</param>
internal readonly record struct StreamFigures(
    long Octets, long Packets = 0, long Lost = 0, long OutOfOrder = 0, double Jitter = 0, TcpInfo Connection = default)
{
    public long Retransmits { get; init; }

    /// <summary>What was done since an earlier moment; states stay as they are.</summary>
    public StreamFigures Since(in StreamFigures earlier) => this with
    {
        Octets = Octets - earlier.Octets,
        Packets = Packets - earlier.Packets,
        Lost = Lost - earlier.Lost,
        OutOfOrder = OutOfOrder - earlier.OutOfOrder,
        Retransmits = Retransmits - earlier.Retransmits,
    };
}
