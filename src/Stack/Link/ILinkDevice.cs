using StackSharp.Stack.Buffers;

namespace StackSharp.Stack.Link;

/// <summary>One queue of a network device: what a driver implements. A device with several queues is several of these.</summary>
/// <remarks>
/// One thread at a time calls <see cref="Receive"/> and <see cref="WaitForFrames"/>; one thread at a time calls <see cref="Transmit"/>;
/// both may run at once. Nothing here blocks but <see cref="WaitForFrames"/>.
/// </remarks>
public interface ILinkDevice : IDisposable
{
    /// <summary>What the device is and can do; fixed once it is open.</summary>
    LinkDeviceInfo Info { get; }

    /// <summary>Counters of the device itself.</summary>
    LinkDeviceStatistics Statistics { get; }

    /// <summary>
    /// Fills buffers with the frames that have arrived, one each, as far as there are any: sets range and
    /// <see cref="PacketBuffer.Offload"/>. The buffers stay the caller's. A frame longer than its buffer is dropped and counted.
    /// </summary>
    /// <returns>Frames received; 0: none waiting; -1: the device is gone (closed, unplugged, end of the capture) and will deliver no more.</returns>
    int Receive(ReadOnlySpan<PacketBuffer> buffers);

    /// <summary>Blocks until <see cref="Receive"/> may have something, the device is gone, <see cref="Wake"/> was called, or time is up.</summary>
    /// <param name="timeout">At most this long; <see cref="Timeout.InfiniteTimeSpan"/>: no limit.</param>
    void WaitForFrames(TimeSpan timeout);

    /// <summary>Ends the current or, if none is under way, the next <see cref="WaitForFrames"/>. Any thread.</summary>
    void Wake();

    /// <summary>Sends frames, in order, and releases each of them, sent or not.</summary>
    /// <returns>Frames accepted by the device; the rest was dropped and counted in <see cref="Statistics"/>.</returns>
    int Transmit(ReadOnlySpan<TransmitFrame> frames);
}
