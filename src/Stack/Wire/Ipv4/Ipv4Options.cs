namespace StackSharp.Stack.Wire.Ipv4;

/// <summary>Which options a header has, after their lengths were checked (RFC 1122 §3.2.1.8). Offsets count from the first
/// option octet; -1 is absent.</summary>
public readonly record struct Ipv4Options
{
    public Ipv4Options()
    {
    }

    /// <summary>Where the loose or strict source route begins.</summary>
    public int SourceRouteOffset { get; private init; } = -1;

    public int RecordRouteOffset { get; private init; } = -1;

    public int TimestampOffset { get; private init; } = -1;

    public bool HasRouterAlert { get; private init; }

    public bool HasSourceRoute => SourceRouteOffset >= 0;

    /// <summary>Checks every option; unknown types are passed over.</summary>
    /// <param name="faultOffset">The octet at fault, counted from the first option octet: add 20 for the pointer of a Parameter
    /// Problem. A second source route is a fault (RFC 1122 §3.2.1.8 c).</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out Ipv4Options options, out int faultOffset)
    {
        options = new Ipv4Options();
        Ipv4OptionReader reader = new(bytes);
        while (reader.TryRead(out Ipv4OptionType type, out ReadOnlySpan<byte> value))
        {
            faultOffset = reader.Offset;
            switch (type)
            {
                case Ipv4OptionType.RecordRoute:
                    if (!Ipv4RecordRoute.IsWellFormed(value, ref faultOffset)) return false;
                    options = options with { RecordRouteOffset = reader.Offset };
                    break;
                case Ipv4OptionType.LooseSourceRoute or Ipv4OptionType.StrictSourceRoute:
                    if (options.HasSourceRoute || !Ipv4RecordRoute.IsWellFormed(value, ref faultOffset)) return false;
                    options = options with { SourceRouteOffset = reader.Offset };
                    break;
                case Ipv4OptionType.Timestamp:
                    if (!Ipv4TimestampOption.IsWellFormed(value, ref faultOffset)) return false;
                    options = options with { TimestampOffset = reader.Offset };
                    break;
                case Ipv4OptionType.RouterAlert:
                    if (value.Length != 2) return Fail(reader.Offset + 1, out faultOffset);
                    options = options with { HasRouterAlert = true };
                    break;
            }
        }

        faultOffset = reader.Malformed ? reader.Offset + 1 : -1;
        return !reader.Malformed;
    }

    private static bool Fail(int offset, out int faultOffset)
    {
        faultOffset = offset;
        return false;
    }
}
