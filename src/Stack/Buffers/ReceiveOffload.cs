namespace StackSharp.Stack.Buffers;

/// <summary>What a device knows of a frame that it delivers.</summary>
/// <param name="ChecksumVerified">The transport checksum was checked by the device, or never left this machine.</param>
/// <param name="SegmentBytes">Payload bytes per original segment when the frame is several merged ones; 0: a frame as it was sent.</param>
public readonly record struct ReceiveOffload(bool ChecksumVerified, ushort SegmentBytes);
