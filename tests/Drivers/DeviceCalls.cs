using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using Xunit;

namespace StackSharp.Tests.Drivers;

/// <summary>What a test does with any device: send one frame, receive copies, wait with a limit.</summary>
internal static class DeviceCalls
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static int Send(this ILinkDevice device, TransmitFrame frame) => device.Transmit([frame]);

    /// <summary>What is there now, copied.</summary>
    public static List<byte[]> ReceiveAll(this ILinkDevice device, FrameSource source)
    {
        List<byte[]> frames = [];
        PacketBuffer[] buffers = source.BufferBatch(16);
        for (int count = device.Receive(buffers); count > 0; count = device.Receive(buffers))
            frames.AddRange(buffers.Take(count).Select(buffer => buffer.Span.ToArray()));
        foreach (PacketBuffer buffer in buffers) buffer.Release();
        return frames;
    }

    /// <summary>The next frame that fits, waiting for it.</summary>
    public static byte[] ReceiveOne(this ILinkDevice device, FrameSource source, Predicate<byte[]>? wanted = null)
    {
        PacketBuffer buffer = source.Buffer();
        DateTime end = DateTime.UtcNow + Patience;
        try
        {
            while (DateTime.UtcNow < end)
            {
                int count = device.Receive([buffer]);
                Assert.True(count >= 0, "The device is gone.");
                if (count == 0) device.WaitForFrames(TimeSpan.FromMilliseconds(100));
                else if (wanted is null || wanted(buffer.Span.ToArray())) return buffer.Span.ToArray();
            }
        }
        finally
        {
            buffer.Release();
        }

        throw new TimeoutException($"No frame came in {Patience.TotalSeconds} s.");
    }

    /// <summary>Runs on a thread of its own, so that a call which hangs fails the test instead of stopping the run.</summary>
    public static Thread Start(Action action)
    {
        Thread thread = new(() => action()) { IsBackground = true };
        thread.Start();
        return thread;
    }

    public static void MustEnd(this Thread thread) => Assert.True(thread.Join(Patience), "The thread still waits.");
}
