using System.Buffers.Binary;
using StackSharp.Drivers.Memory;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using Xunit;

namespace StackSharp.Tests.Drivers.Memory;

/// <summary>Both directions at once: four threads, and devices that go away under them.</summary>
public sealed class MemoryLinkThreadTests
{
    [Fact]
    public void Four_threads_move_every_accepted_frame_in_order()
    {
        const int Frames = 50_000;
        using FrameSource forward = new(bufferBytes: 2048);
        using FrameSource backward = new(bufferBytes: 2048);
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair(new MemoryLinkOptions { QueueFrames = 100 });
        long[] received = new long[2];
        string?[] faults = new string?[2];
        Thread[] threads =
        [
            DeviceCalls.Start(() => SendNumbers(first, forward, Frames)),
            DeviceCalls.Start(() => SendNumbers(second, backward, Frames)),
            DeviceCalls.Start(() => received[0] = ReceiveNumbers(first, forward, Frames, out faults[0])),
            DeviceCalls.Start(() => received[1] = ReceiveNumbers(second, backward, Frames, out faults[1])),
        ];
        foreach (Thread thread in threads) thread.MustEnd();
        Assert.All(faults, Assert.Null);
        Assert.Equal([Frames, Frames], received);
        first.Dispose();
        second.Dispose();
        Assert.Equal(0, forward.Outstanding + backward.Outstanding);
    }

    [Fact]
    public void Disposing_while_the_other_side_receives_leaves_no_frame_behind()
    {
        for (int round = 0; round < 200; round++)
        {
            FrameSource source = new(bufferBytes: 2048);
            using FrameSource other = new(bufferBytes: 2048);
            (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair();
            Thread receiving = DeviceCalls.Start(() => ReceiveNumbers(second, other, int.MaxValue, out _));
            for (int i = 0; i < 50; i++) first.Send(source.Frame(new byte[1000]));
            first.Dispose();
            Assert.Equal(0, source.Outstanding);
            source.Dispose();   // From here on a late read of a frame would be a read of freed memory.
            receiving.MustEnd();
            second.Dispose();
        }
    }

    // A full queue is not the test's subject: a frame that was dropped is sent again.
    private static void SendNumbers(ILinkDevice device, FrameSource source, int count)
    {
        Span<byte> bytes = stackalloc byte[64];
        for (int number = 0; number < count;)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
            if (device.Send(source.Frame(bytes, 14)) == 1) number++;
            else Thread.Yield();
        }
    }

    private static long ReceiveNumbers(ILinkDevice device, FrameSource source, int count, out string? fault)
    {
        fault = null;
        PacketBuffer[] buffers = source.BufferBatch(16);
        int expected = 0;
        while (expected < count)
        {
            int received = device.Receive(buffers);
            if (received < 0) break;
            if (received == 0) device.WaitForFrames(TimeSpan.FromSeconds(5));
            foreach (PacketBuffer buffer in buffers.AsSpan(0, received))
            {
                int number = BinaryPrimitives.ReadInt32LittleEndian(buffer.Span);
                if (number != expected && count != int.MaxValue) fault ??= $"{number} came instead of {expected}.";
                expected++;
            }
        }

        foreach (PacketBuffer buffer in buffers) buffer.Release();
        return expected;
    }
}
