namespace StackSharp.Cli.Iperf3;

/// <summary>What one octet on the control connection says: the phase that a test goes into.</summary>
internal enum ControlState : sbyte
{
    /// <summary>The server met an error: its number and an errno follow, four octets each.</summary>
    ServerError = -2,

    /// <summary>The server runs a test for somebody else.</summary>
    AccessDenied = -1,
    TestStart = 1,
    TestRunning = 2,
    TestEnd = 4,
    ParameterExchange = 9,
    CreateStreams = 10,
    ServerTerminate = 11,
    ClientTerminate = 12,
    ExchangeResults = 13,
    DisplayResults = 14,
    Start = 15,
    Done = 16,
}
