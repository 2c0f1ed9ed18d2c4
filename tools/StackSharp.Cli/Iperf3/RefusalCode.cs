namespace StackSharp.Cli.Iperf3;

/// <summary>The numbers by which an iperf3 server says why it does not go on; the client has the words for them.</summary>
internal enum RefusalCode
{
    DurationTooLong = 5,
    TooManyStreams = 6,
    BlockTooLarge = 7,
    BufferTooLarge = 8,
    Omit = 12,
    NotImplemented = 13,
    EndConditions = 16,
    NoSctp = 18,
    DatagramSize = 20,
    TypeOfService = 21,
    Control = 110,
    Parameters = 114,
    Results = 117,
    Streams = 118,
}
