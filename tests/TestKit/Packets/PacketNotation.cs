using System.Text;

namespace StackSharp.Tests.TestKit.Packets;

/// <summary>The letters that packet lines use for flags and ECN bits.</summary>
internal static class PacketNotation
{
    /// <summary>In the order in which they are printed; a line may have them in any order.</summary>
    private static readonly (char Letter, PacketFlags Flag)[] Letters =
    [
        ('S', PacketFlags.Syn), ('F', PacketFlags.Fin), ('R', PacketFlags.Rst), ('P', PacketFlags.Psh), ('U', PacketFlags.Urg),
        ('E', PacketFlags.Ece), ('W', PacketFlags.Cwr), ('A', PacketFlags.Ae), ('.', PacketFlags.Ack),
    ];

    /// <summary><c>-</c> when no flag is set, so that there is always a word.</summary>
    public static string Of(PacketFlags flags)
    {
        StringBuilder text = new();
        foreach ((char letter, PacketFlags flag) in Letters)
            if ((flags & flag) != 0) text.Append(letter);
        return text.Length == 0 ? "-" : text.ToString();
    }

    public static PacketFlags? FlagOf(char letter)
    {
        foreach ((char candidate, PacketFlags flag) in Letters)
            if (candidate == letter) return flag;
        return null;
    }

    public static string Of(PacketEcn ecn) => ecn switch
    {
        PacketEcn.NotEct => "noecn",
        PacketEcn.Ect0 => "ect0",
        PacketEcn.Ect1 => "ect1",
        PacketEcn.Ce => "ce",
        _ => throw new ArgumentOutOfRangeException(nameof(ecn)),
    };

    public static PacketEcn? EcnOf(string word) => word switch
    {
        "noecn" => PacketEcn.NotEct,
        "ect0" => PacketEcn.Ect0,
        "ect1" => PacketEcn.Ect1,
        "ce" => PacketEcn.Ce,
        _ => null,
    };
}
