namespace StackSharp.Cli.Iperf3;

/// <summary>Octets that all streams of a test together are to send.</summary>
/// <param name="octets">0: no end.</param>
internal sealed class SendQuota(long octets)
{
    private readonly bool _isLimited = octets > 0;
    private long _left = octets;

    /// <summary>Takes up to one block.</summary>
    /// <returns>Octets that may be sent; 0: there are no more.</returns>
    public int Take(int block)
    {
        if (!_isLimited) return block;
        long left = Interlocked.Add(ref _left, -block);
        return (int)Math.Clamp(left + block, 0, block);
    }
}
