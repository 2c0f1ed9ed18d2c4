using System.Collections.Concurrent;
using StackSharp.Hosting;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire.Ethernet;
using Xunit;

namespace StackSharp.Tests.Api.Hosting;

/// <summary>How many frames a receive thread takes to the stack at once.</summary>
public sealed class ReceiveBatchTests
{
    private const int FrameBytes = 1500;
    private const int Taken = 8;

    [Fact]
    public void A_batch_doubles_up_to_its_limit()
    {
        Assert.Equal([2, 4, 8, 16, 16], BatchesOf(new StackHostOptions { MaximumBatch = 16 }).SkipWhile(frames => frames == 1).Take(5));
    }

    [Theory]
    [InlineData((FrameBytes * 5) + 5, 4, 5)]
    [InlineData((FrameBytes * 3) + 2, 2, 3)]
    [InlineData(1, 1, 1)]
    public void Large_frames_make_it_smaller(int mostBytes, int before, int last)
    {
        int[] batches = BatchesOf(new StackHostOptions { MaximumBatchBytes = mostBytes });
        Assert.Equal(1, batches[0]);
        Assert.Contains(before, batches);
        Assert.Equal(last, batches.Max());
        Assert.Equal(last, batches[^1]);
    }

    [Fact]
    public void Limits_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new StackHost(new StackHostOptions { MaximumBatch = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StackHost(new StackHostOptions { MaximumBatch = 65 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StackHost(new StackHostOptions { MaximumBatchBytes = 0 }));
    }

    // The first batches of a stream of frames that never ends.
    private static int[] BatchesOf(StackHostOptions options)
    {
        using StackHost host = new(options);
        EndlessDevice device = new();
        host.Attach(device);
        return Within.Run(() => Enumerable.Range(0, Taken).Select(_ => device.Batches.Take()).ToArray());
    }

    private sealed class EndlessDevice : ILinkDevice
    {
        private readonly ManualResetEventSlim _woken = new();
        private volatile bool _isFull;

        public BlockingCollection<int> Batches { get; } = new(boundedCapacity: Taken);

        public LinkDeviceInfo Info { get; } = new("endless", LinkMedium.Ethernet, MacAddress.Parse("02:00:00:00:00:01"), 1500, 1514);

        public LinkDeviceStatistics Statistics => default;

        public int Receive(ReadOnlySpan<PacketBuffer> buffers)
        {
            if (_isFull || !Batches.TryAdd(buffers.Length))
            {
                _isFull = true;
                return 0;
            }
            foreach (PacketBuffer buffer in buffers)
            {
                // A frame that says nothing: dropped and counted.
                buffer.Storage[..FrameBytes].Clear();
                buffer.SetRange(0, FrameBytes);
            }
            return buffers.Length;
        }

        public void WaitForFrames(TimeSpan timeout)
        {
            _woken.Wait(timeout);
            _woken.Reset();
        }

        public void Wake() => _woken.Set();

        public int Transmit(ReadOnlySpan<TransmitFrame> frames)
        {
            foreach (TransmitFrame frame in frames) frame.Release();
            return frames.Length;
        }

        public void Dispose()
        {
            _woken.Dispose();
            Batches.Dispose();
        }
    }
}
