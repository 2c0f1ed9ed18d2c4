namespace StackSharp.Stack.Network;

/// <summary>How far an interface's address may be used.</summary>
public enum AddressState
{
    /// <summary>Being probed for conflicts (RFC 5227 §2.1): neither sent from nor answered for.</summary>
    Tentative,

    /// <summary>In use.</summary>
    Usable,

    /// <summary>Another host has it: not used.</summary>
    Conflict,
}

/// <summary>An address of an interface.</summary>
/// <param name="Prefix">The address with its network's length.</param>
/// <param name="State">How far it may be used.</param>
public readonly record struct InterfaceAddress(Wire.IpPrefix Prefix, AddressState State);
