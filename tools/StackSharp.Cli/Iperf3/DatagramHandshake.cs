namespace StackSharp.Cli.Iperf3;

/// <summary>The two datagrams that open a UDP stream: four octets there, four back.</summary>
/// <remarks>
/// iperf3 writes these numbers in its machine's own byte order, so both orders are understood. Current versions send 0x36373839
/// and answer 0x39383736, those up to 3.8 123456789 and 987654321. What this sends is what a little-endian machine would.
/// </remarks>
internal static class DatagramHandshake
{
    public const int Size = 4;

    private static readonly byte[] Hello = "9876"u8.ToArray();
    private static readonly byte[] Answer = "6789"u8.ToArray();
    private static readonly byte[] OldHello = [0x15, 0xCD, 0x5B, 0x07];
    private static readonly byte[] OldAnswer = [0xB1, 0x68, 0xDE, 0x3A];
    private static readonly byte[] OldHelloBigEndian = [0x07, 0x5B, 0xCD, 0x15];
    private static readonly byte[] OldAnswerBigEndian = [0x3A, 0xDE, 0x68, 0xB1];

    public static ReadOnlyMemory<byte> Request => Hello;

    /// <returns>False: this is no opening of a stream.</returns>
    public static bool TryAnswer(ReadOnlySpan<byte> datagram, out ReadOnlyMemory<byte> answer)
    {
        answer =
            datagram.SequenceEqual(Hello) ? Answer
            : datagram.SequenceEqual(Answer) ? Hello
            : datagram.SequenceEqual(OldHello) ? OldAnswer
            : datagram.SequenceEqual(OldHelloBigEndian) ? OldAnswerBigEndian
            : null;
        return !answer.IsEmpty;
    }

    public static bool IsAnswer(ReadOnlySpan<byte> datagram) =>
        datagram.SequenceEqual(Answer) || datagram.SequenceEqual(Hello) || datagram.SequenceEqual(OldAnswer) || datagram.SequenceEqual(OldAnswerBigEndian);
}
