using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;

namespace StackSharp.Drivers.Wrappers;

/// <summary>Frames of one direction that are under way, in memory of their own: the stack gets its buffers back at once. One thread at a time.</summary>
internal sealed class ImpairedDirection : IDisposable
{
    private readonly DelayLine<PacketBuffer> _line = new();
    private readonly BufferPool _buffers;

    /// <param name="frameBytes">Octets of the largest frame.</param>
    /// <param name="maximumBytes">Octets of all frames under way.</param>
    public ImpairedDirection(ImpairmentOptions options, IRandomSource random, int frameBytes, int maximumBytes)
    {
        Impairments = new Impairments(options, random);
        _buffers = new BufferPool(frameBytes, maximumBytes);
    }

    public Impairments Impairments { get; }

    public Instant NextArrival => _line.NextArrival;

    public bool IsEmpty => _line.Count == 0;

    /// <summary>Sends a frame on its way: what is lost there was sent all the same.</summary>
    /// <returns>False if it never got on its way: the queue or the memory is full, or the frame is too large.</returns>
    public bool TryOffer(ReadOnlySpan<byte> frame, Instant now)
    {
        if (frame.IsEmpty || frame.Length > _buffers.BufferBytes) return false;
        ImpairmentVerdict verdict = Impairments.Decide(frame.Length, now);
        if (!verdict.IsDelivered) return verdict.Fate != ImpairmentFate.QueueFull;
        if (!TryAdd(frame, verdict)) return false;
        if (verdict.IsDuplicated) TryAdd(frame, verdict);   // Without memory for it the copy is just not made.
        return true;
    }

    /// <summary>As the other, for a frame in pieces.</summary>
    public bool TryOffer(TransmitFrame frame, Instant now)
    {
        if (frame.Length == 0 || frame.Length > _buffers.BufferBytes || _buffers.TryRent() is not { } copy) return false;
        copy.SetRange(0, frame.Length);
        frame.CopyTo(copy.Span);
        bool isOffered = TryOffer(copy.Span, now);
        copy.Release();
        return isOffered;
    }

    /// <summary>The next frame that has arrived. The caller releases it.</summary>
    public bool TryTake(Instant now, out PacketBuffer frame) => _line.TryTake(now, out frame);

    /// <summary>Gives up what is under way. Nobody may hold a frame any more.</summary>
    public void Dispose()
    {
        while (_line.TryTake(Instant.Never, out PacketBuffer frame)) frame.Release();
        _buffers.Dispose();
    }

    private bool TryAdd(ReadOnlySpan<byte> frame, in ImpairmentVerdict verdict)
    {
        if (_buffers.TryRent() is not { } buffer) return false;
        buffer.SetRange(0, frame.Length);
        frame.CopyTo(buffer.Span);
        verdict.Corrupt(buffer.Span);
        _line.Add(buffer, verdict.DeliverAt);
        return true;
    }
}
