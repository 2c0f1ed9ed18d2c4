using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Congestion;

namespace StackSharp.Tests.Stack.Transport.Tcp.Congestion;

/// <summary>One sender under an algorithm's control, a bottleneck with a queue, a receiver that acknowledges: in virtual time, packet by packet.</summary>
/// <remarks>What is lost is not sent again: the stream has no end, so the next packet stands for it. Sequence numbers are those of packets.</remarks>
internal sealed class SimulatedPath
{
    public const int SegmentBytes = 1448;
    private const int ReorderingThreshold = 3;
    private static readonly TimeSpan LeastTimeout = TimeSpan.FromMilliseconds(200);
    private readonly ICongestionControl _control;
    private readonly SeededRandomSource _random;
    private readonly PriorityQueue<long, (long At, long Order)> _arrivals = new();
    private readonly List<Packet> _packets = [];
    private readonly List<long> _unacknowledged = [];
    private readonly DeliveryRateSampler _sampler = new();
    private long _order;
    private int _first;
    private long _inFlight;
    private long _busyUntil;
    private long _nextSendAt;
    private long _progressAt;
    private long _recoveryPoint = -1;
    private CongestionPhase _phase;
    private int _timeouts;
    private double _smoothed;
    private long _applicationCredit;
    private long _applicationAt;
    private long _limitedUntil = -1;

    public SimulatedPath(ICongestionControl control, ulong seed = 1)
    {
        _control = control;
        _random = new SeededRandomSource(seed);
    }

    /// <summary>Octets per second through the bottleneck.</summary>
    public double Rate { get; set; } = 12_500_000;

    public TimeSpan RoundTrip { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>Octets that the bottleneck holds; more are dropped.</summary>
    public double QueueLimit { get; set; } = 500_000;

    /// <summary>Octets in the queue above which packets are marked.</summary>
    public double MarkAbove { get; init; } = double.MaxValue;

    /// <summary>Share of packets that get lost on the way, by chance.</summary>
    public double LossShare { get; set; }

    /// <summary>Packets for which one acknowledgment is sent.</summary>
    public int AcknowledgeEvery { get; init; } = 1;

    /// <summary>Octets per second that the application writes.</summary>
    public double ApplicationRate { get; set; } = double.PositiveInfinity;

    public bool HasSelectiveAcknowledgment { get; init; } = true;

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1);

    public long Delivered => _sampler.Delivered;

    public long InFlight => _inFlight;

    public int Losses { get; private set; }

    public int Timeouts => _timeouts;

    public double Queue => Math.Max(0, (_busyUntil - Now.Nanoseconds) * 1e-9 * Rate);

    public double BandwidthDelayProduct => Rate * RoundTrip.TotalSeconds;

    /// <summary>Called each millisecond.</summary>
    public Action? OnTick { get; set; }

    public void Start() => _control.Start(new CongestionStart
    {
        SegmentBytes = SegmentBytes,
        WindowBytes = 10 * SegmentBytes,
        HasSelectiveAcknowledgment = HasSelectiveAcknowledgment,
        SmoothedRoundTrip = RoundTrip,
        MinimumRoundTrip = RoundTrip,
        Random = _random,
        Now = Now,
    });

    /// <summary>Runs on for so long.</summary>
    /// <returns>Share of the bottleneck's rate that was delivered, and the queue's mean length in octets.</returns>
    public (double Share, double MeanQueue) Run(TimeSpan duration)
    {
        long end = Now.Nanoseconds + duration.Ticks * 100;
        long delivered = Delivered;
        double queued = 0;
        int ticks = 0;
        for (long tick = Now.Nanoseconds; tick < end; tick += 1_000_000)
        {
            AdvanceTo(tick);
            queued += Queue;
            ticks++;
            OnTick?.Invoke();
        }
        return ((Delivered - delivered) / (Rate * duration.TotalSeconds), queued / ticks);
    }

    /// <summary>Runs until the condition holds; fails when it does not for so long.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan most)
    {
        Instant end = Now + most;
        for (; Now < end; AdvanceTo(Now.Nanoseconds + 1_000_000))
            if (condition()) return true;
        return condition();
    }

    private void AdvanceTo(long until)
    {
        while (true)
        {
            Send();
            long next = Math.Min(_arrivals.TryPeek(out _, out (long At, long Order) key) ? key.At : long.MaxValue, NextSendAt());
            long timeout = _inFlight > 0 ? _progressAt + (long)(_smoothed * 1e9) + LeastTimeout.Ticks * 100 : long.MaxValue;
            next = Math.Min(next, timeout);
            if (next > until) break;
            Now = new Instant(Math.Max(Now.Nanoseconds, next));
            if (_arrivals.TryPeek(out long index, out key) && key.At <= Now.Nanoseconds)
            {
                _arrivals.Dequeue();
                OnArrival(index);
            }
            else if (timeout <= Now.Nanoseconds)
            {
                OnTimeout();
            }
        }
        Now = new Instant(Math.Max(Now.Nanoseconds, until));
    }

    private bool HasRoom => _inFlight + SegmentBytes <= _control.Window || _inFlight == 0;

    private bool HasData => double.IsPositiveInfinity(ApplicationRate) || _applicationCredit >= SegmentBytes;

    private long NextSendAt()
    {
        if (!HasRoom) return long.MaxValue;
        if (HasData) return Math.Max(_nextSendAt, Now.Nanoseconds + 1);
        return ApplicationRate <= 0 ? long.MaxValue : Now.Nanoseconds + (long)((SegmentBytes - _applicationCredit) / ApplicationRate * 1e9) + 1000;
    }

    private void Write()
    {
        long now = Now.Nanoseconds;
        if (!double.IsPositiveInfinity(ApplicationRate))
            _applicationCredit = Math.Min(_applicationCredit + (long)(ApplicationRate * (now - _applicationAt) * 1e-9), 64 * SegmentBytes);
        _applicationAt = now;
    }

    private void Send()
    {
        Write();
        while (HasRoom && HasData && _nextSendAt <= Now.Nanoseconds)
        {
            _control.OnSent(SegmentBytes, _inFlight, _sampler.IsApplicationLimited, Now);
            SendPacket();
            double rate = _control.PacingRate;
            if (rate == 0 && _smoothed > 0) rate = (_control.Window < _control.SlowStartThreshold ? 2 : 1.2) * _control.Window / _smoothed;
            if (rate > 0) _nextSendAt = Math.Max(_nextSendAt, Now.Nanoseconds - 1_000_000) + (long)(SegmentBytes / rate * 1e9);
        }
        if (!HasRoom) _limitedUntil = _packets.Count;
        if ((!HasData && HasRoom) || _control.IsHoldingBack) _sampler.MarkApplicationLimited(_inFlight);
    }

    private void SendPacket()
    {
        long now = Now.Nanoseconds;
        _inFlight += SegmentBytes;
        if (!double.IsPositiveInfinity(ApplicationRate)) _applicationCredit -= SegmentBytes;
        if (_first == _packets.Count) _progressAt = now;
        Packet packet = new() { SentAt = now, InFlight = _inFlight };
        _sampler.OnSent(packet, _inFlight == SegmentBytes, now);
        bool lost = (_random.Next() >> 11) * (1.0 / (1UL << 53)) < LossShare || Queue + SegmentBytes > QueueLimit;
        if (!lost)
        {
            packet.IsMarked = Queue > MarkAbove;
            _busyUntil = Math.Max(_busyUntil, now) + (long)(SegmentBytes / Rate * 1e9);
            _arrivals.Enqueue(_packets.Count, (_busyUntil + RoundTrip.Ticks * 100, _order++));
        }
        _packets.Add(packet);
    }

    private void OnArrival(long index)
    {
        _unacknowledged.Add(index);
        bool isLast = _unacknowledged.Count * (long)SegmentBytes >= _inFlight;
        if (_unacknowledged.Count >= AcknowledgeEvery || isLast) Acknowledge();
    }

    private void Acknowledge()
    {
        long before = _inFlight;
        int lostBefore = Losses;
        long delivered = 0, marked = 0;
        Packet latest = _packets[(int)_unacknowledged[^1]];
        foreach (long index in _unacknowledged)
        {
            Packet packet = _packets[(int)index];
            if (packet.IsGone) continue;
            packet.IsGone = true;
            _inFlight -= SegmentBytes;
            delivered += SegmentBytes;
            if (packet.IsMarked) marked += SegmentBytes;
            _sampler.OnDelivered(packet, SegmentBytes, Now.Nanoseconds);
        }
        long highest = _unacknowledged[^1];
        _unacknowledged.Clear();
        if (delivered == 0) return;
        _progressAt = Now.Nanoseconds;
        double roundTrip = (Now.Nanoseconds - latest.SentAt) * 1e-9;
        _smoothed = _smoothed == 0 ? roundTrip : _smoothed + (roundTrip - _smoothed) / 8;
        FindLosses(highest, before);
        while (_first < _packets.Count && _packets[_first].IsGone) _first++;
        _control.OnAcknowledged(new CongestionSample
        {
            Now = Now,
            AcknowledgedBytes = delivered,
            DeliveredBytes = delivered,
            LostBytes = (long)(Losses - lostBefore) * SegmentBytes,
            InFlightBefore = before,
            InFlightBytes = _inFlight,
            WasWindowLimited = highest <= _limitedUntil,
            RoundTrip = TimeSpan.FromSeconds(roundTrip),
            MinimumRoundTrip = RoundTrip,
            SmoothedRoundTrip = TimeSpan.FromSeconds(_smoothed),
            Phase = _phase,
            MarkedBytes = _control.NeedsExactMarks ? marked : 0,
            UnacknowledgedOffset = (long)_first * SegmentBytes,
            NextOffset = (long)_packets.Count * SegmentBytes,
            Rate = _sampler.Take(latest, RoundTrip),
        });
        if (_phase == CongestionPhase.Open || highest < _recoveryPoint) return;
        if (_phase == CongestionPhase.Recovery) _control.OnRecovered(_inFlight, Now);
        _phase = CongestionPhase.Open;
    }

    private void FindLosses(long highest, long flight)
    {
        bool found = false;
        for (int i = _first; i <= highest - ReorderingThreshold; i++)
        {
            if (_packets[i].IsGone) continue;
            Lose(i);
            found = true;
        }
        if (!found || _phase != CongestionPhase.Open) return;
        _phase = CongestionPhase.Recovery;
        _recoveryPoint = _packets.Count;
        _control.OnLoss(new LossEvent(flight, SegmentBytes, Now));
    }

    private void Lose(int index)
    {
        Packet packet = _packets[index];
        packet.IsGone = true;
        _inFlight -= SegmentBytes;
        Losses++;
        _sampler.Lost += SegmentBytes;
        _control.OnSegmentLost(new LostSegment
        {
            Now = Now,
            Offset = (long)index * SegmentBytes,
            Bytes = SegmentBytes,
            InFlightWhenSent = packet.InFlight,
            LostSinceSent = _sampler.Lost - packet.LostWhenSent,
            Delivered = _sampler.Delivered,
            WasApplicationLimited = packet.IsApplicationLimited,
        });
    }

    private void OnTimeout()
    {
        _control.OnTimeout(_inFlight, isFirst: true, Now);
        for (int i = _first; i < _packets.Count; i++)
            if (!_packets[i].IsGone) Lose(i);
        _first = _packets.Count;
        _unacknowledged.Clear();
        _phase = CongestionPhase.TimeoutRecovery;
        _recoveryPoint = _packets.Count;
        _progressAt = Now.Nanoseconds;
        _timeouts++;
    }

    internal sealed class Packet
    {
        public long SentAt;
        public long InFlight;
        public long DeliveredWhenSent;
        public long DeliveredAtWhenSent;
        public long FirstSentAt;
        public long LostWhenSent;
        public bool IsApplicationLimited;
        public bool IsMarked;
        public bool IsGone;
    }
}
