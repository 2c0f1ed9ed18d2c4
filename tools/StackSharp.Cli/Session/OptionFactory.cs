using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.IO;
using StackSharp.Cli.Output;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Cli.Session;

/// <summary>Options whose values need reading, with the message that a wrong one gets.</summary>
internal static class OptionFactory
{
    public static Option<IpPrefix?> Prefix(string name, string description) =>
        Create<IpPrefix?>(name, description, "CIDR", text => IpPrefix.TryParse(text, out IpPrefix prefix) ? prefix : null, "an address with prefix length, such as 198.18.0.99/16");

    public static Option<IpAddress?> Address(string name, string description) =>
        Create<IpAddress?>(name, description, "IP", text => IpAddress.TryParse(text, out IpAddress address) ? address : null, "an IP address");

    public static Option<MacAddress?> Mac(string name, string description) =>
        Create<MacAddress?>(name, description, "MAC", text => MacAddress.TryParse(text, out MacAddress address) ? address : null, "a hardware address, such as 02:00:00:00:00:63");

    public static Option<long?> Size(string name, string description) =>
        Create<long?>(name, description, "SIZE", text => ByteText.TryParseSize(text, out long octets) ? octets : null, "a size, such as 65536, 64K or 1G");

    public static Option<long?> Rate(string name, string description) =>
        Create<long?>(name, description, "RATE", text => ByteText.TryParseRate(text, out long bits) ? bits : null, "a rate, such as 100mbit");

    public static Option<TimeSpan?> Duration(string name, string description) =>
        Create<TimeSpan?>(name, description, "TIME", text => DurationText.TryParse(text, out TimeSpan time) ? time : null, "a time, such as 5ms or 1.5s");

    /// <summary>A number with a fraction: above 0, unless 0 is <paramref name="zero"/>, and at most <paramref name="most"/>.</summary>
    public static Option<double?> Number(string name, string description, string valueName, double most, bool zero = false) =>
        Create<double?>(
            name, description, valueName,
            text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && (zero || number > 0) && number <= most ? number : null,
            string.Create(CultureInfo.InvariantCulture, $"a number {(zero ? "from" : "above")} 0 to {most}"));

    /// <summary>A share in per cent, from 0 to 100, with or without the sign; the value is a chance from 0 to 1.</summary>
    public static Option<double?> Percent(string name, string description) =>
        Create<double?>(name, description, "PERCENT", text => TryParsePercent(text, out double chance) ? chance : null, "a share in per cent, such as 0.5 or 0.5%");

    /// <summary>Reads "3%" or "3" as 0.03.</summary>
    public static bool TryParsePercent(string text, out double chance)
    {
        bool isNumber = double.TryParse(text.EndsWith('%') ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent);
        chance = percent / 100;
        return isNumber && percent <= 100;
    }

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Option<int?> Count(string name, string description, string valueName, int least, int most) =>
        Create<int?>(name, description, valueName, text => ReadCount(text, least, most), string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));

    /// <summary>The name of a congestion control.</summary>
    public static Option<string?> CongestionControl(string name, string description) =>
        Create<string?>(
            name, description, "NAME", text => CongestionControls.Standard.Contains(text) ? text : null,
            $"one of {string.Join(", ", CongestionControls.Standard.Names)}");

    /// <summary>What to do with explicit congestion notification.</summary>
    public static Option<EcnUse?> Ecn(string name, string description) =>
        Create<EcnUse?>(name, description, "USE", ReadEcn, "one of off, answer, request, classic");

    /// <summary>What decides everything that is drawn at random.</summary>
    public static Option<ulong?> Seed(string description) =>
        Create<ulong?>(
            "--seed", description, "N",
            text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) ? seed : null,
            string.Create(CultureInfo.InvariantCulture, $"a number from 0 to {ulong.MaxValue}"));

    /// <summary>Any number of TCP or UDP ports.</summary>
    public static Option<ushort[]> Ports(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "PORT",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result =>
        {
            List<ushort> ports = [];
            foreach (Token token in result.Tokens)
            {
                if (ReadCount(token.Value, 1, ushort.MaxValue) is int port) ports.Add((ushort)port);
                else result.AddError($"{name} {token.Value}: not a port from 1 to {ushort.MaxValue}.");
            }

            return [.. ports];
        },
    };

    public static Option<FileInfo?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    private static EcnUse? ReadEcn(string text) => text switch
    {
        "off" => EcnUse.Never,
        "answer" => EcnUse.Answer,
        "request" => EcnUse.Request,
        "classic" => EcnUse.RequestClassic,
        _ => null,
    };

    private static int? ReadCount(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most ? number : null;

    /// <summary>An option of any kind.</summary>
    /// <param name="valueName">What stands for the value in the help.</param>
    /// <param name="read">The value; null if it cannot be read.</param>
    /// <param name="expected">Behind "not", for a value that cannot be read: "a size, such as 64K".</param>
    public static Option<T> Create<T>(string name, string description, string valueName, Func<string, T?> read, string expected) =>
        new(name)
        {
            Description = description,
            HelpName = valueName,
            CustomParser = result => Read(result, read, name, expected),
        };

    private static T? Read<T>(ArgumentResult result, Func<string, T?> read, string name, string expected)
    {
        string text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
        T? value = read(text);
        if (value is null) result.AddError($"{name} {text}: not {expected}.");
        return value;
    }
}
