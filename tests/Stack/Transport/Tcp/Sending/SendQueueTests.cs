using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Sending;

public sealed class SendQueueTests
{
    /// <summary>Whatever is appended, reserved, collected and acknowledged in whatever order: the octets are those of a simple list.</summary>
    [Fact, Covers("TCP-SACK-6", "INV-2")]
    public void Holds_what_a_list_would_hold() => Prop.ForAll<ulong>(seed => Run(new SeededRandomSource(seed))).QuickCheckThrowOnFailure();

    [Fact]
    public void Without_memory_it_takes_less()
    {
        using RecordingNetwork network = new();
        SendQueue queue = new();
        Assert.Equal(100, queue.Append(new byte[100], network));
        network.IsOutOfBuffers = true;
        Assert.Equal(2048 - 100, queue.Append(new byte[5000], network));
        Assert.Equal(0, queue.Append(new byte[1], network));
        Assert.Equal(0, queue.Reserve(10, new PacketSlice[4], network));
        queue.Clear();
        Assert.Equal(0, network.Outstanding);
    }

    private static bool Run(SeededRandomSource random)
    {
        using RecordingNetwork network = new();
        SendQueue queue = new();
        List<byte> model = [];
        byte next = 0;
        int open = 0;
        PacketSlice[] regions = new PacketSlice[4];
        int regionCount = 0;
        for (int step = 0; step < 300; step++)
        {
            switch (random.Below(6))
            {
                case 0 or 1 when open == 0:
                    byte[] data = Next((int)random.Below(random.Below(8) == 0 ? 100_000u : 3000u), ref next);
                    Assert.Equal(data.Length, queue.Append(data, network));
                    model.AddRange(data);
                    break;
                case 2 when open == 0:
                    int wanted = 1 + (int)random.Below(200_000);
                    regionCount = queue.Reserve(wanted, regions, network);
                    for (int i = 0; i < regionCount; i++) open += regions[i].Length;
                    Assert.InRange(open, 1, wanted);
                    break;
                case 3 when open > 0:
                    Commit(queue, regions.AsSpan(0, regionCount), (int)random.Below((uint)open + 1), model, ref next);
                    open = 0;
                    break;
                case 4 when model.Count > 0:
                    int acknowledged = (int)random.Below((uint)model.Count + 1);
                    queue.Acknowledge(acknowledged);
                    model.RemoveRange(0, acknowledged);
                    break;
                case 5 when model.Count > 0:
                    Collect(queue, network, random, model);
                    break;
            }
            Assert.Equal(model.Count, queue.Length);
            Assert.Equal(open > 0, queue.HasReservation);
        }
        queue.Clear();
        if (open > 0) for (int i = 0; i < regionCount; i++) regions[i].Buffer.Release();
        Assert.Equal(0, network.Outstanding);
        return true;
    }

    private static void Commit(SendQueue queue, ReadOnlySpan<PacketSlice> regions, int octets, List<byte> model, ref byte next)
    {
        byte[] data = Next(octets, ref next);
        int at = 0;
        foreach (PacketSlice region in regions)
        {
            int part = Math.Min(region.Length, octets - at);
            data.AsSpan(at, part).CopyTo(region.Span);
            at += part;
        }
        queue.Commit(octets);
        foreach (PacketSlice region in regions) region.Buffer.Release();
        model.AddRange(data);
    }

    private static void Collect(SendQueue queue, RecordingNetwork network, SeededRandomSource random, List<byte> model)
    {
        int offset = (int)random.Below((uint)model.Count);
        int length = 1 + (int)random.Below((uint)Math.Min(65_000, model.Count - offset));
        TransmitFrame frame = network.TryRentFrame()!;
        int appended = queue.AppendTo(frame, offset, length);
        Assert.True(appended == length || frame.SliceCount == TransmitFrame.MaximumSlices);
        byte[] collected = new byte[frame.Length];
        frame.CopyTo(collected);
        frame.Release();
        Assert.True(model.GetRange(offset, appended).SequenceEqual(collected));
    }

    private static byte[] Next(int octets, ref byte next)
    {
        byte[] data = new byte[octets];
        for (int i = 0; i < octets; i++) data[i] = next = (byte)(next * 5 + 1 + (i >> 8));
        return data;
    }
}
