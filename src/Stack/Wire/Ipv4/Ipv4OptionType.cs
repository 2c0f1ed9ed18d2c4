namespace StackSharp.Stack.Wire.Ipv4;

/// <summary>IPv4 option types (RFC 791 §3.1, IANA ip-parameters registry); any other value is skipped by its length. The
/// highest bit says that fragments carry a copy.</summary>
public enum Ipv4OptionType : byte
{
    EndOfList = 0,
    NoOperation = 1,
    RecordRoute = 7,
    Timestamp = 68,

    /// <summary>LSRR.</summary>
    LooseSourceRoute = 131,

    /// <summary>SSRR.</summary>
    StrictSourceRoute = 137,

    /// <summary>RFC 2113.</summary>
    RouterAlert = 148,
}
