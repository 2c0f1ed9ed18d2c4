using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Tests.Stack.Link.Offload;

/// <summary>A device that keeps a copy of each frame that it is given, with what the frame leaves to it. Nothing ever arrives.</summary>
internal sealed class CollectingDevice(TransmitCapabilities capabilities = TransmitCapabilities.None, int segmentationBytes = 0, int frameBytes = 1514, bool copies = true) : ILinkDevice
{
    public List<(byte[] Bytes, TransmitOffload Offload)> Sent { get; } = [];

    /// <summary>The buffers that frames referred to.</summary>
    public HashSet<PacketBuffer> Referenced { get; } = [];

    /// <summary>Frames in each call.</summary>
    public List<int> Calls { get; } = [];

    /// <summary>Frames that are kept instead of being released.</summary>
    public List<TransmitFrame>? Held { get; set; }

    public LinkDeviceInfo Info { get; } = new("collecting", LinkMedium.Ethernet, new MacAddress(0x02_00_00_00_00_01), 1500, frameBytes, capabilities, segmentationBytes);

    public LinkDeviceStatistics Statistics => default;

    public int Receive(ReadOnlySpan<PacketBuffer> buffers) => 0;

    public void WaitForFrames(TimeSpan timeout)
    {
    }

    public void Wake()
    {
    }

    public int Transmit(ReadOnlySpan<TransmitFrame> frames)
    {
        if (copies) Calls.Add(frames.Length);
        foreach (TransmitFrame frame in frames)
        {
            if (copies)
            {
                byte[] bytes = new byte[frame.Length];
                frame.CopyTo(bytes);
                Sent.Add((bytes, frame.Offload));
                foreach (PacketSlice slice in frame.Payload) Referenced.Add(slice.Buffer);
            }
            if (Held is not null) Held.Add(frame);
            else frame.Release();
        }
        return frames.Length;
    }

    public void Dispose()
    {
    }
}
