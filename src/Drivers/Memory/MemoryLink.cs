using StackSharp.Drivers.Native;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers.Memory;

/// <summary>Two Ethernet devices joined in memory: what one sends, the other receives, in order and without loss until a queue is full.</summary>
public static class MemoryLink
{
    /// <summary>Makes a pair.</summary>
    /// <remarks>When one end is disposed, the other receives what was sent before, then -1.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An MTU outside 68 to 65535, or a queue without room.</exception>
    /// <exception cref="ArgumentException">Both ends have the same hardware address, or one has a group address.</exception>
    public static (ILinkDevice First, ILinkDevice Second) CreatePair(MemoryLinkOptions? options = null)
    {
        options ??= new MemoryLinkOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumTransmissionUnit, 68, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaximumTransmissionUnit, OffloadRules.MaximumPacketBytes, nameof(options));
        if (options.FirstAddress == options.SecondAddress || options.FirstAddress.IsMulticast || options.SecondAddress.IsMulticast)
            throw new ArgumentException("The ends of a link need two different unicast hardware addresses.", nameof(options));
        LinkDeviceInfo first = Describe(options, "a", options.FirstAddress);
        LinkDeviceInfo second = Describe(options, "b", options.SecondAddress);
        WaitSignal toFirst = new();
        WaitSignal toSecond = new();
        FrameQueue forward = new(first, toSecond, options.QueueFrames, options.QueueOctets);
        FrameQueue backward = new(second, toFirst, options.QueueFrames, options.QueueOctets);
        return (new MemoryDevice(first, forward, backward, toFirst), new MemoryDevice(second, backward, forward, toSecond));
    }

    private static LinkDeviceInfo Describe(MemoryLinkOptions options, string end, MacAddress address)
    {
        int largest = options.Offload ? OffloadRules.MaximumPacketBytes : options.MaximumTransmissionUnit;
        return new LinkDeviceInfo(
            $"memory:{options.Name}-{end}",
            LinkMedium.Ethernet,
            address,
            options.MaximumTransmissionUnit,
            largest + EthernetHeader.MaximumSize,
            options.Offload ? OffloadRules.Everything : TransmitCapabilities.None,
            options.Offload ? OffloadRules.MaximumPacketBytes : 0);
    }
}
