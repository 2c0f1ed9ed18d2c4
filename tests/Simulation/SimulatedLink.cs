using StackSharp.Stack.Time;

namespace StackSharp.Tests.Simulation;

/// <summary>One direction of a link: takes frames, and delivers them or not.</summary>
internal sealed class SimulatedLink(VirtualTime time, IRandomSource random, LinkConditions conditions, Action<byte[]> deliver, Action<Instant, byte[], bool>? trace = null)
{
    private bool _lastWasLost;
    private Instant _freeAt;

    /// <summary>False: everything is lost from now on.</summary>
    public bool IsUp { get; set; } = true;

    /// <summary>Frames that only suffer the delay.</summary>
    public Func<byte[], bool>? IsExempt { get; init; }

    /// <summary>Marks an ECN-capable frame; null: nothing is marked.</summary>
    public Func<byte[], bool>? TryMark { get; init; }

    public long Carried { get; private set; }

    public long Marked { get; private set; }

    public void Send(byte[] frame)
    {
        if (IsExempt?.Invoke(frame) == true)
        {
            time.At(time.Now + conditions.Delay, () => deliver(frame));
            return;
        }
        bool lost = !IsUp || IsLost();
        trace?.Invoke(time.Now, frame, lost);
        if (lost) return;
        Instant start = Instant.Max(time.Now, _freeAt);
        if (conditions.Rate > 0)
        {
            if (start - time.Now > conditions.QueueLimit) return;
            if (start - time.Now > conditions.MarkingDelay) Mark(frame);
            _freeAt = start + TimeSpan.FromSeconds(frame.Length * 8 / conditions.Rate);
            start = _freeAt;
        }
        if (Happens(conditions.Marking)) Mark(frame);
        if (Happens(conditions.Corruption)) frame[random.Below((uint)frame.Length)] ^= (byte)(1 << (int)random.Below(8));
        int copies = Happens(conditions.Duplication) ? 2 : 1;
        for (int i = 0; i < copies; i++)
        {
            TimeSpan jitter = random.Between(TimeSpan.Zero, conditions.Jitter);
            if (Happens(conditions.Late)) jitter += conditions.LateBy;
            time.At(start + conditions.Delay + jitter, () =>
            {
                Carried++;
                deliver(frame);
            });
        }
    }

    private void Mark(byte[] frame)
    {
        if (TryMark?.Invoke(frame) == true) Marked++;
    }

    private bool IsLost() => _lastWasLost = Happens(_lastWasLost && conditions.LossBurst > 0 ? conditions.LossBurst : conditions.Loss);

    private bool Happens(double share) => share > 0 && (random.Next() >> 11) * (1.0 / (1UL << 53)) < share;
}
