namespace StackSharp.Tests.TestKit.Packets;

/// <summary>A packet line that cannot be read: says what was expected, and points at the place.</summary>
public sealed class PacketLineException(string line, int column, string problem)
    : FormatException($"{problem}, at column {column + 1}:{Environment.NewLine}  {line}{Environment.NewLine}  {new string(' ', column)}^")
{
    /// <summary>Place of the mistake in the line, from 0.</summary>
    public int Column { get; } = column;

    public string Problem { get; } = problem;
}
