using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;

namespace StackSharp.Tests.Drivers;

/// <summary>Answers ARP and ping on a device, on a thread of its own, until it is disposed.</summary>
internal sealed class Responder : IDisposable
{
    private readonly ILinkDevice _device;
    private readonly RawStation _station;
    private readonly FrameSource _source = new();
    private readonly Thread _thread;

    public Responder(ILinkDevice device, RawStation station)
    {
        _device = device;
        _station = station;
        _thread = DeviceCalls.Start(Run);
    }

    /// <summary>Disposes the device under the waiting thread, which must end by itself.</summary>
    public void Dispose()
    {
        _device.Dispose();
        _thread.MustEnd();
        _source.Dispose();
    }

    private void Run()
    {
        PacketBuffer[] buffers = _source.BufferBatch(32);
        for (int count = 0; count >= 0; count = _device.Receive(buffers))
        {
            if (count == 0) _device.WaitForFrames(Timeout.InfiniteTimeSpan);
            foreach (PacketBuffer buffer in buffers.AsSpan(0, count))
            {
                byte[]? answer = _device.Info.Medium == LinkMedium.Ip ? _station.AnswerPing(buffer.Span) : _station.Answer(buffer.Span);
                if (answer is not null) _device.Send(_source.Frame(answer));
            }
        }

        foreach (PacketBuffer buffer in buffers) buffer.Release();
    }
}
