using System.Buffers.Binary;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Tests.Interop;

/// <summary>A switch between a device and the stack that puts the device's untagged frames into a VLAN, and takes the VLAN's tag off again.</summary>
internal sealed class AccessPort(ILinkDevice device, ushort vlanId) : ILinkDevice
{
    private const int Addresses = 2 * MacAddress.Size;
    private readonly TransmitFramePool _frames = new(4096);
    private readonly TransmitFrame[] _one = new TransmitFrame[1];

    /// <summary>Frames from the stack that were not in the VLAN.</summary>
    public int Strangers { get; private set; }

    public LinkDeviceInfo Info => device.Info;

    public LinkDeviceStatistics Statistics => device.Statistics;

    public int Receive(ReadOnlySpan<PacketBuffer> buffers)
    {
        int count = device.Receive(buffers);
        for (int i = 0; i < count; i++) Tag(buffers[i]);
        return count;
    }

    public void WaitForFrames(TimeSpan timeout) => device.WaitForFrames(timeout);

    public void Wake() => device.Wake();

    public int Transmit(ReadOnlySpan<TransmitFrame> frames)
    {
        int sent = 0;
        foreach (TransmitFrame frame in frames)
        {
            if (Untag(frame) is { } plain)
            {
                _one[0] = plain;
                sent += device.Transmit(_one);
            }
            frame.Release();
        }
        return sent;
    }

    public void Dispose()
    {
        device.Dispose();
        _frames.Dispose();
    }

    private void Tag(PacketBuffer buffer)
    {
        Span<byte> frame = buffer.Storage.Slice(buffer.Start, buffer.Length + VlanTag.Size);
        frame[Addresses..^VlanTag.Size].CopyTo(frame[(Addresses + VlanTag.Size)..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[Addresses..], (ushort)EtherType.Vlan);
        BinaryPrimitives.WriteUInt16BigEndian(frame[(Addresses + 2)..], vlanId);
        buffer.SetRange(buffer.Start, frame.Length);
    }

    private TransmitFrame? Untag(TransmitFrame frame)
    {
        ReadOnlySpan<byte> header = frame.Header;
        bool isInside = BinaryPrimitives.ReadUInt16BigEndian(header[Addresses..]) == (ushort)EtherType.Vlan
            && BinaryPrimitives.ReadUInt16BigEndian(header[(Addresses + 2)..]) == vlanId;
        if (!isInside) Strangers++;
        if (!isInside || _frames.TryRent() is not { } plain) return null;
        header[(Addresses + VlanTag.Size)..].CopyTo(plain.Prepend(header.Length - Addresses - VlanTag.Size));
        header[..Addresses].CopyTo(plain.Prepend(Addresses));
        TransmitOffload offload = frame.Offload;
        if (offload.NeedsChecksum || offload.Segmentation != SegmentationKind.None)
        {
            plain.Offload = offload with
            {
                ChecksumStart = (ushort)(offload.ChecksumStart - VlanTag.Size),
                HeaderBytes = (ushort)(offload.HeaderBytes - VlanTag.Size),
            };
        }
        foreach (ref readonly PacketSlice slice in frame.Payload) plain.Append(slice with { Buffer = slice.Buffer.AddReference() });
        return plain;
    }
}
