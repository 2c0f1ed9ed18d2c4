namespace StackSharp.Cli.Iperf3;

/// <summary>What a server's refusal means.</summary>
internal static class RefusalText
{
    public static string Describe(int code) => (RefusalCode)code switch
    {
        RefusalCode.DurationTooLong => "the server refuses: the test would take too long",
        RefusalCode.TooManyStreams => "the server refuses: too many parallel streams",
        RefusalCode.BlockTooLarge => "the server refuses: the blocks are too large",
        RefusalCode.BufferTooLarge => "the server refuses: the socket buffers are too large",
        RefusalCode.Omit => "the server refuses: it does not omit that many seconds",
        RefusalCode.NotImplemented => "the server refuses: it does not know an option of the test",
        RefusalCode.EndConditions => "the server refuses: the test has more than one end",
        RefusalCode.NoSctp => "the server refuses: it has no SCTP",
        RefusalCode.DatagramSize => "the server refuses the size of the datagrams",
        RefusalCode.TypeOfService => "the server refuses the type of service",
        RefusalCode.Parameters => "the server could not read the parameters of the test",
        RefusalCode.Results => "the server could not read the results",
        RefusalCode.Streams => "the server gave up waiting for the test to go on",
        _ => $"the server ended the test with error {code}",
    };
}
