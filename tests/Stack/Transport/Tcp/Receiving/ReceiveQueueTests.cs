using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Receiving;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Receiving;

public sealed class ReceiveQueueTests
{
    [Fact, Covers("INV-2", "INV-7")]
    public void Holds_what_a_list_would_hold() => Prop.ForAll<ulong>(seed => Run(new SeededRandomSource(seed))).QuickCheckThrowOnFailure();

    private static bool Run(SeededRandomSource random)
    {
        using RecordingNetwork network = new();
        ReceiveQueue queue = new();
        List<byte> model = [];
        List<(PacketSlice Slice, byte[] Expected)> detached = [];
        byte[] buffer = new byte[5000];
        PacketSlice[] slices = new PacketSlice[5];
        byte next = 1;
        for (int step = 0; step < 400; step++)
        {
            byte[] data = new byte[1 + random.Below(random.Below(4) == 0 ? 4000u : 200u)];
            switch (random.Below(5))
            {
                case 0 or 1:
                    for (int i = 0; i < data.Length; i++) data[i] = next = (byte)(next * 5 + 1);
                    network.IsOutOfBuffers = random.Below(10) == 0;
                    int copied = queue.AppendCopy(data, network);
                    Assert.True(copied == data.Length || network.IsOutOfBuffers);
                    network.IsOutOfBuffers = false;
                    model.AddRange(data[..copied]);
                    break;
                case 2:
                    for (int i = 0; i < data.Length; i++) data[i] = next = (byte)(next * 5 + 1);
                    PacketBuffer arrived = network.TryRentBuffer(data.Length + 60, BufferUse.Receive, "arrival")!;
                    data.CopyTo(arrived.Storage[54..]);
                    queue.Append(new PacketSlice(arrived, 54, data.Length));
                    model.AddRange(data);
                    break;
                case 3:
                    bool peek = random.Below(3) == 0;
                    int read = queue.Read(buffer.AsSpan(0, (int)random.Below(5000)), peek);
                    Assert.True(model.Take(read).SequenceEqual(buffer.Take(read)));
                    if (!peek) model.RemoveRange(0, read);
                    break;
                case 4:
                    int given = queue.Detach(1 + (int)random.Below(6000), slices.AsSpan(0, (int)random.Below(6)));
                    foreach (PacketSlice slice in slices.AsSpan(0, given))
                    {
                        detached.Add((slice, [.. model.Take(slice.Length)]));
                        model.RemoveRange(0, slice.Length);
                    }
                    break;
            }
            Assert.Equal(model.Count, queue.Length);
        }
        queue.Clear();
        Assert.Equal(0, queue.Length);
        // What was taken by reference is whole, whatever came after it.
        foreach ((PacketSlice slice, byte[] expected) in detached)
        {
            Assert.True(slice.Span.SequenceEqual(expected));
            slice.Buffer.Release();
        }
        Assert.Equal(0, network.Outstanding);
        return true;
    }
}
