namespace StackSharp.Stack.Wire.Ethernet;

/// <summary>Why a frame has no <see cref="EthernetHeader"/>: one drop counter each.</summary>
public enum EthernetFault
{
    None,

    /// <summary>The frame ends inside its header or a tag.</summary>
    Truncated,

    /// <summary>A type of 1501..1535: neither a length nor a type (IEEE 802.3 §3.2.6).</summary>
    InvalidType,

    /// <summary>An 802.3 length beyond the end of the frame.</summary>
    LengthBeyondFrame,

    /// <summary>An 802.3 frame that is not RFC 1042's: no LLC of AA-AA-03 with an OUI of zero.</summary>
    UnknownLlc,

    /// <summary>VLAN 4095.</summary>
    ReservedVlan,

    /// <summary>More than two tags.</summary>
    TooManyTags,
}
