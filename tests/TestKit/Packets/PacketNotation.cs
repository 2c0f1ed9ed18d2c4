using System.Text;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Tests.TestKit.Packets;

/// <summary>The letters that packet lines use for flags and ECN bits.</summary>
internal static class PacketNotation
{
    /// <summary>In the order in which they are printed; a line may have them in any order.</summary>
    private static readonly (char Letter, TcpControlBits Flag)[] Letters =
    [
        ('S', TcpControlBits.Syn), ('F', TcpControlBits.Fin), ('R', TcpControlBits.Rst), ('P', TcpControlBits.Psh), ('U', TcpControlBits.Urg),
        ('E', TcpControlBits.Ece), ('W', TcpControlBits.Cwr), ('A', TcpControlBits.Ae), ('.', TcpControlBits.Ack),
    ];

    /// <summary><c>-</c> when no flag is set, so that there is always a word.</summary>
    public static string Of(TcpControlBits flags)
    {
        StringBuilder text = new();
        foreach ((char letter, TcpControlBits flag) in Letters)
            if ((flags & flag) != 0) text.Append(letter);
        return text.Length == 0 ? "-" : text.ToString();
    }

    public static TcpControlBits? FlagOf(char letter)
    {
        foreach ((char candidate, TcpControlBits flag) in Letters)
            if (candidate == letter) return flag;
        return null;
    }

    public static string Of(EcnCodepoint ecn) => ecn switch
    {
        EcnCodepoint.NotEct => "noecn",
        EcnCodepoint.Ect0 => "ect0",
        EcnCodepoint.Ect1 => "ect1",
        EcnCodepoint.CongestionExperienced => "ce",
        _ => throw new ArgumentOutOfRangeException(nameof(ecn)),
    };

    public static EcnCodepoint? EcnOf(string word) => word switch
    {
        "noecn" => EcnCodepoint.NotEct,
        "ect0" => EcnCodepoint.Ect0,
        "ect1" => EcnCodepoint.Ect1,
        "ce" => EcnCodepoint.CongestionExperienced,
        _ => null,
    };
}
