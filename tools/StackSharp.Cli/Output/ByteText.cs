using System.Globalization;

namespace StackSharp.Cli.Output;

/// <summary>Amounts of octets and rates as people write them: 64M, 1GiB, 100mbit.</summary>
internal static class ByteText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Reads "65536", "64K", "64M", "1GiB": powers of 1024.</summary>
    public static bool TryParseSize(string text, out long octets)
    {
        octets = 0;
        if (!TrySplit(text, out double number, out string unit)) return false;
        int power = unit.ToUpperInvariant() switch
        {
            "" or "B" => 0,
            "K" or "KB" or "KIB" => 1,
            "M" or "MB" or "MIB" => 2,
            "G" or "GB" or "GIB" => 3,
            "T" or "TB" or "TIB" => 4,
            _ => -1,
        };
        double value = number * Math.Pow(1024, power);
        if (power < 0 || value > long.MaxValue / 2) return false;
        octets = (long)value;
        return true;
    }

    /// <summary>Reads "100mbit", "1gbit", "64kbit", "1000000": bits per second, powers of 1000.</summary>
    public static bool TryParseRate(string text, out long bitsPerSecond)
    {
        bitsPerSecond = 0;
        if (!TrySplit(text, out double number, out string unit)) return false;
        int power = unit.ToUpperInvariant() switch
        {
            "" or "BIT" => 0,
            "K" or "KBIT" => 1,
            "M" or "MBIT" => 2,
            "G" or "GBIT" => 3,
            _ => -1,
        };
        double value = number * Math.Pow(1000, power);
        if (power < 0 || value > long.MaxValue / 2) return false;
        bitsPerSecond = (long)value;
        return true;
    }

    public static string Size(double octets)
    {
        int unit = 0;
        while (octets >= 1024 && unit < Units.Length - 1)
        {
            octets /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{octets:0.#} {Units[unit]}");
    }

    public static string Rate(double bitsPerSecond) => bitsPerSecond switch
    {
        >= 1e9 => string.Create(CultureInfo.InvariantCulture, $"{bitsPerSecond / 1e9:0.##} Gbit/s"),
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{bitsPerSecond / 1e6:0.#} Mbit/s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bitsPerSecond / 1e3:0.#} kbit/s"),
    };

    private static bool TrySplit(string text, out double number, out string unit)
    {
        int digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.')) digits++;
        unit = text[digits..];
        return double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }
}
