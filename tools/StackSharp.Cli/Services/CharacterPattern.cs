namespace StackSharp.Cli.Services;

/// <summary>
/// The rotating lines of the character generator (RFC 864): 72 printing characters and CR LF, each line starting one
/// character later in the ring of 95.
/// </summary>
internal static class CharacterPattern
{
    /// <summary>Octets after which the pattern repeats: one line for each character of the ring.</summary>
    public const int PeriodBytes = LineBytes * RingSize;

    private const int RingSize = 95;
    private const int LineCharacters = 72;
    private const int LineBytes = LineCharacters + 2;
    private const byte FirstCharacter = (byte)' ';

    /// <summary>Whole periods of the pattern, so that sending the block again and again continues it.</summary>
    public static byte[] CreateBlock(int periods)
    {
        byte[] block = new byte[PeriodBytes * periods];
        for (int line = 0; line < block.Length / LineBytes; line++)
        {
            Span<byte> text = block.AsSpan(line * LineBytes, LineBytes);
            for (int column = 0; column < LineCharacters; column++) text[column] = (byte)(FirstCharacter + ((line + column) % RingSize));
            text[LineCharacters] = (byte)'\r';
            text[LineCharacters + 1] = (byte)'\n';
        }

        return block;
    }
}
