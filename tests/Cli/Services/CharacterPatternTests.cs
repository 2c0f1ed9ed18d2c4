using System.Text;
using StackSharp.Cli.Services;
using Xunit;

namespace StackSharp.Tests.Cli.Services;

public sealed class CharacterPatternTests
{
    [Fact]
    public void Lines_have_72_printing_characters_and_rotate_by_one()
    {
        string[] lines = Encoding.ASCII.GetString(CharacterPattern.CreateBlock(1)).Split("\r\n");
        Assert.Equal("", lines[^1]);
        Assert.Equal(95, lines.Length - 1);
        Assert.All(lines[..^1], line => Assert.Equal(72, line.Length));
        Assert.All(lines[..^1], line => Assert.All(line, character => Assert.InRange(character, ' ', '~')));
        for (int i = 1; i < lines.Length - 1; i++) Assert.StartsWith(lines[i - 1][1..], lines[i], StringComparison.Ordinal);
        Assert.StartsWith(lines[94][1..], lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_continue_each_other()
    {
        byte[] one = CharacterPattern.CreateBlock(1);
        byte[] two = CharacterPattern.CreateBlock(2);
        Assert.Equal([.. one, .. one], two);
        Assert.Equal(CharacterPattern.PeriodBytes, one.Length);
    }

    [Fact]
    public void Datagrams_of_characters_have_every_length_from_0_to_512()
    {
        HashSet<int> lengths = [];
        for (long number = 0; number < 513; number++) lengths.Add(UdpResponses.Characters(default, number)!.Value.Length);
        Assert.Equal(Enumerable.Range(0, 513), lengths.Order());
        Assert.InRange(UdpResponses.Characters(default, long.MaxValue / 600)!.Value.Length, 0, 512);
    }

    [Fact]
    public void Daytime_is_one_line_in_the_syntax_of_its_RFC()
    {
        string line = TcpDaytime.Line(new DateTimeOffset(1982, 2, 22, 17, 37, 43, TimeSpan.Zero));
        Assert.Equal("Monday, February 22, 1982 17:37:43-UTC\r\n", line);
    }
}
