namespace StackSharp.Cli.Services;

/// <summary>Says what a datagram service sends back.</summary>
/// <param name="request">What arrived.</param>
/// <param name="number">Datagrams that this service answered before.</param>
/// <returns>The answer's octets, valid until the next call; null: no answer.</returns>
internal delegate ReadOnlyMemory<byte>? DatagramResponse(ReadOnlyMemory<byte> request, long number);

/// <summary>The datagram halves of the classic services.</summary>
internal static class UdpResponses
{
    private const int MostCharacters = 512;   // RFC 864: 0 to 512 octets.

    private static readonly byte[] Pattern = CharacterPattern.CreateBlock(2);

    /// <summary>RFC 862: what came goes back.</summary>
    public static readonly DatagramResponse Echo = static (request, _) => request;

    /// <summary>RFC 863: no answer.</summary>
    public static readonly DatagramResponse Discard = static (_, _) => null;

    /// <summary>RFC 864: a random number of characters; here it varies from one answer to the next through every length.</summary>
    public static readonly DatagramResponse Characters = static (_, number) =>
    {
        const long Stride = 181;   // Has no divisor in common with 513, so every length comes up before one comes up again.
        int length = (int)(number * Stride % (MostCharacters + 1));
        int start = (int)(number * MostCharacters % CharacterPattern.PeriodBytes);
        return Pattern.AsMemory(start, length);
    };
}
