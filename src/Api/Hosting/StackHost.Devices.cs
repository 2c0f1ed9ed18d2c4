using StackSharp.Stack;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;

namespace StackSharp.Hosting;

/// <content>What receive threads ask of the host.</content>
public sealed partial class StackHost
{
    /// <summary>One entry for a batch of frames.</summary>
    internal void Deliver(AttachedDevice device, ReadOnlySpan<PacketBuffer> frames, Instant arrival)
    {
        _lock.Enter();
        try
        {
            if (_timekeeper == device) _sleepsUntil = long.MinValue;
            if (!_disposing && !device.IsGone)
            {
                _stack.OnFrames(device.Interface, frames, arrival);
                if (_stack.NextDeadline <= arrival) _stack.OnDeadline(arrival);
                device.Reclaim(frames.Length);
            }
        }
        finally
        {
            Leave(arrival);
        }
    }

    /// <summary>A buffer to receive into, or null while none is left. Under the lock.</summary>
    internal PacketBuffer? RentReceiveBuffer(NetworkInterface networkInterface) => _disposing ? null : _stack.RentReceiveBuffer(networkInterface);

    /// <summary>A device ended by itself. Its interface stays until it is detached, but nothing goes out through it.</summary>
    internal void OnDeviceGone(AttachedDevice device)
    {
        using Entry entered = EnterAnyway();
        device.IsGone = true;
        if (!_disposing) ChooseTimekeeper();
    }
}
