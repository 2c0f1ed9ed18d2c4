using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;
using StackSharp.Stack.Time;

namespace StackSharp.Drivers.Wrappers;

/// <summary>Frames of one direction that are under way, in memory of their own: the stack gets its buffers back at once. One thread at a time.</summary>
internal sealed class ImpairedDirection : IDisposable
{
    private readonly DelayLine<PacketBuffer> _line = new();
    private readonly BufferPool _buffers;
    private readonly LinkMedium _medium;
    private readonly bool _marks;
    private readonly byte[] _segment;
    private long _refused;

    /// <param name="medium">How frames begin.</param>
    /// <param name="frameBytes">Octets of the largest frame.</param>
    /// <param name="maximumBytes">Octets of all frames under way.</param>
    public ImpairedDirection(ImpairmentOptions options, IRandomSource random, LinkMedium medium, int frameBytes, long maximumBytes)
    {
        Impairments = new Impairments(options, random);
        _buffers = new BufferPool(frameBytes, maximumBytes);
        _medium = medium;
        _marks = options.EcnMarking > 0 || options.EcnThresholdBytes is not null;
        _segment = new byte[frameBytes];
    }

    public Impairments Impairments { get; }

    public Instant NextArrival => _line.NextArrival;

    public bool IsEmpty => _line.Count == 0;

    /// <summary>Frames under way, copies included.</summary>
    public int Count => _line.Count;

    /// <summary>Frames for which there was no memory, or that were too long: no impairment, but a limit of ours. Any thread.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Sends a frame on its way: what is lost there was sent all the same.</summary>
    /// <returns>False if it never got on its way: the queue or the memory is full, or the frame is too large.</returns>
    public bool TryOffer(ReadOnlySpan<byte> frame, Instant now)
    {
        if (frame.IsEmpty || frame.Length > _buffers.BufferBytes) return Refuse();
        ImpairmentVerdict verdict = Impairments.Decide(frame.Length, now, _marks && EcnMark.IsCapable(frame, _medium));
        if (!verdict.IsDelivered) return verdict.Fate != ImpairmentFate.QueueFull;
        if (!TryAdd(frame, verdict)) return Refuse();
        if (verdict.IsDuplicated) TryAdd(frame, verdict);   // Without memory for it the copy is just not made.
        return true;
    }

    /// <summary>As the other, for a frame in pieces.</summary>
    public bool TryOffer(TransmitFrame frame, Instant now)
    {
        if (frame.Length == 0 || frame.Length > _buffers.BufferBytes || _buffers.TryRent() is not { } copy) return Refuse();
        copy.SetRange(0, frame.Length);
        frame.CopyTo(copy.Span);
        bool isOffered = TryOffer(copy.Span, now);
        copy.Release();
        return isOffered;
    }

    /// <summary>As the others, for a frame as a device delivered it: what it merged is cut into frames of a wire's size first.</summary>
    /// <remarks>On a wire there is nobody to vouch for a checksum: it is put into the frame, and the receiver checks it.</remarks>
    public bool TryOfferReceived(PacketBuffer frame, Instant now)
    {
        if (frame.Offload.SegmentBytes == 0)
        {
            if (frame.Offload.ChecksumVerified) ChecksumCompletion.Recompute(frame.Span, _medium);
            return TryOffer(frame.Span, now);
        }

        if (!Segmentation.TryStart(frame.Span, _medium, frame.Offload.SegmentBytes, out Segmentation segments)) return Refuse();
        bool isOffered = true;
        for (int length = segments.NextLength; length > 0; length = segments.NextLength)
        {
            if (length > _segment.Length) return Refuse();
            segments.Next(_segment);
            isOffered &= TryOffer(_segment.AsSpan(0, length), now);
        }

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

    private bool Refuse()
    {
        _refused++;
        return false;
    }

    private bool TryAdd(ReadOnlySpan<byte> frame, in ImpairmentVerdict verdict)
    {
        if (_buffers.TryRent() is not { } buffer) return false;
        buffer.SetRange(0, frame.Length);
        frame.CopyTo(buffer.Span);
        if (verdict.IsMarked) EcnMark.Set(buffer.Span, _medium);
        verdict.Corrupt(buffer.Span);
        _line.Add(buffer, verdict.DeliverAt);
        return true;
    }
}
