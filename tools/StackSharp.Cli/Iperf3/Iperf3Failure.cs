namespace StackSharp.Cli.Iperf3;

/// <summary>A test cannot go on: the peer says so, or does what the protocol does not allow.</summary>
internal sealed class Iperf3Failure : Exception
{
    /// <param name="code">What a server tells the client about it.</param>
    public Iperf3Failure(string message, RefusalCode code = RefusalCode.Control)
        : base(message) => Code = code;

    public Iperf3Failure(string message, RefusalCode code, Exception cause)
        : base(message, cause) => Code = code;

    public RefusalCode Code { get; }
}
