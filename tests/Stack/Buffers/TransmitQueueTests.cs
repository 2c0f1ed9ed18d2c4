using System.Threading.Tasks;
using StackSharp.Stack.Buffers;
using Xunit;

namespace StackSharp.Tests.Stack.Buffers;

public sealed class TransmitQueueTests
{
    [Fact]
    public void Frames_leave_in_the_order_in_which_they_came_and_a_full_ring_takes_none()
    {
        using TransmitFramePool pool = new(64);
        TransmitQueue queue = new(5);   // Rounded up to 8.
        TransmitFrame[] frames = [.. Enumerable.Range(0, 9).Select(_ => pool.TryRent()!)];
        Assert.True(queue.IsEmpty);
        for (int i = 0; i < 8; i++) Assert.True(queue.TryEnqueue(frames[i]));
        Assert.False(queue.TryEnqueue(frames[8]));
        Assert.Equal(8, queue.Count);
        TransmitFrame[] some = new TransmitFrame[3];
        Assert.Equal(3, queue.Dequeue(some));
        Assert.Equal(frames[..3], some);
        Assert.True(queue.TryEnqueue(frames[8]));
        Assert.Equal(6, queue.Count);
        TransmitFrame[] rest = new TransmitFrame[16];
        Assert.Equal(6, queue.Dequeue(rest));
        Assert.Equal(frames[3..], rest[..6]);
        Assert.Equal(0, queue.Dequeue(rest));
        Assert.True(queue.IsEmpty);
        foreach (TransmitFrame frame in frames) frame.Release();
    }

    [Fact]
    public async Task A_producer_and_a_consumer_need_no_lock()
    {
        const int Rounds = 50_000;
        using TransmitFramePool pool = new(256);
        TransmitQueue queue = new(16);
        Task producer = Task.Run(() =>
        {
            for (int sent = 0; sent < Rounds;)
            {
                if (pool.TryRent() is not { } frame) continue;
                BitConverter.TryWriteBytes(frame.Prepend(sizeof(int)), sent);
                while (!queue.TryEnqueue(frame)) Thread.Yield();
                sent++;
            }
        }, TestContext.Current.CancellationToken);
        TransmitFrame[] batch = new TransmitFrame[7];
        for (int received = 0; received < Rounds;)
        {
            int count = queue.Dequeue(batch);
            if (count == 0) Thread.Yield();
            foreach (TransmitFrame frame in batch.AsSpan(0, count))
            {
                Assert.Equal(received++, BitConverter.ToInt32(frame.Header));
                frame.Release();
            }
        }
        await producer;
        Assert.True(queue.IsEmpty);
        Assert.Equal(0, pool.Outstanding);
    }
}
