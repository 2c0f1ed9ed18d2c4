using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack.Link;

/// <summary>What ARP needs of its interface.</summary>
internal interface IArpPort
{
    MacAddress HardwareAddress { get; }

    /// <summary>The address is ours, and in use.</summary>
    bool IsUsableAddress(in IpAddress address);

    /// <summary>The address is a broadcast address of the interface's networks.</summary>
    bool IsBroadcastAddress(in IpAddress address);

    /// <summary>Which of our addresses asks for another one: 0.0.0.0 if there is none.</summary>
    IpAddress ChooseSource(in IpAddress target);

    TransmitFrame? TryRentFrame();

    /// <summary>Sends a finished ARP packet, and takes it over.</summary>
    void TransmitArp(TransmitFrame frame, MacAddress destination);

    /// <summary>A probed address is free: it may be used.</summary>
    void OnAddressUsable(in IpAddress address);

    /// <summary>Another host has the address, and we give way.</summary>
    void OnAddressLost(in IpAddress address, MacAddress holder);
}
