using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Sending;

/// <summary>The scoreboard against a model that keeps a state for each octet and counts anew each time.</summary>
public sealed class SentSegmentsTests
{
    private const int Segment = 10;

    [Fact, Covers("TCP-6675-1", "TCP-6675-2", "TCP-SACK-9")]
    public void Counts_are_those_of_a_model_of_octets() => Prop.ForAll<ulong>(seed => new Run(seed).Holds()).QuickCheckThrowOnFailure();

    [Fact, Covers("TCP-6675-1")]
    public void Lost_is_what_has_more_than_two_segments_reported_above()
    {
        SentSegments sent = new(8192);
        for (uint i = 0; i < 6; i++) sent.Add(new SequenceNumber(i * Segment), Segment, default, false, default);
        AckOutcome outcome = new();
        sent.Sack(new SequenceNumber(20), new SequenceNumber(40), ref outcome);
        Assert.False(sent.MarkLostBelowSacked(3, Segment, new LostOctets()));
        sent.Sack(new SequenceNumber(40), new SequenceNumber(41), ref outcome);
        Assert.True(sent.MarkLostBelowSacked(3, Segment, new LostOctets()));
        Assert.Equal(20, sent.LostBytes);
        Assert.False(sent.MarkLostBelowSacked(3, Segment, new LostOctets()));
    }

    [Fact, Covers("TCP-RTO-6")]
    public void What_was_sent_again_gives_no_time_of_sending()
    {
        SentSegments sent = new(8192);
        for (uint i = 0; i < 3; i++) sent.Add(new SequenceNumber(i * Segment), Segment, default, false, Instant.FromMilliseconds(i));
        AckOutcome outcome = new();
        sent.Acknowledge(new SequenceNumber(20), ref outcome);
        Assert.Equal(Instant.FromMilliseconds(1), outcome.LatestSentAt);
        Assert.Equal(20, outcome.Delivered);
        sent.MarkFirstLost(Segment, new LostOctets());
        Assert.True(sent.TryNextLost(Segment, out SentSegment _));
        sent.NoteRetransmitted(default, Instant.FromMilliseconds(9));
        outcome = new();
        sent.Acknowledge(new SequenceNumber(30), ref outcome);
        Assert.Equal(Instant.Never, outcome.LatestSentAt);
        Assert.True(sent.IsEmpty);
    }

    [Fact, Covers("TCP-RACK-6", "TCP-RACK-7")]
    public void Retransmissions_are_judged_by_when_they_left()
    {
        SentSegments sent = new(8192);
        LostOctets lost = new();
        for (uint i = 0; i < 4; i++) sent.Add(new SequenceNumber(i * Segment), Segment, default, false, At(i));
        AckOutcome outcome = new();
        sent.Sack(new SequenceNumber(30), new SequenceNumber(40), ref outcome);
        // Of three holes two are old enough; the third will be in a millisecond.
        Assert.True(sent.MarkLostByTime(At(3), new SequenceNumber(40), TimeSpan.FromMilliseconds(10), At(11), lost, out TimeSpan wait));
        Assert.Equal((20, TimeSpan.FromMilliseconds(1)), (sent.LostBytes, wait));
        Assert.True(sent.TryNextLost(Segment, out SentSegment _));
        sent.NoteRetransmitted(default, At(12));
        // The copy left after what has arrived: nothing is known of it yet.
        Assert.True(sent.MarkLostByTime(At(3), new SequenceNumber(40), TimeSpan.FromMilliseconds(10), At(30), lost, out wait));
        Assert.Equal((30, 10, TimeSpan.Zero), (sent.LostBytes, sent.RetransmittedBytes, wait));
        Assert.True(sent.MarkLostByTime(At(13), new SequenceNumber(40), TimeSpan.FromMilliseconds(10), At(30), lost, out wait));
        Assert.Equal((0, 40), (sent.RetransmittedBytes, lost.Octets));
        static Instant At(uint milliseconds) => Instant.FromMilliseconds(milliseconds);
    }

    private sealed class LostOctets : ILossObserver
    {
        public int Octets { get; private set; }

        public void OnLost(in SentSegment segment) => Octets += segment.Length;
    }

    private sealed class Run(ulong seed)
    {
        private readonly SeededRandomSource _random = new(seed);
        private readonly SentSegments _sent = new(8192);
        private readonly LostOctets _lost = new();
        private readonly List<SentState> _octets = [];
        private readonly List<Instant> _sentAt = [];
        private Instant _now;
        private SequenceNumber _first = new(unchecked((uint)-300));

        public bool Holds()
        {
            for (int step = 0; step < 400; step++)
            {
                Step();
                Assert.Equal(_octets.Count, _sent.Outstanding);
                Assert.Equal(Count(SentState.Sacked), _sent.SackedBytes);
                Assert.Equal(Count(SentState.Lost), _sent.LostBytes);
                Assert.Equal(Count(SentState.Retransmitted), _sent.RetransmittedBytes);
                int pipe = _octets.Sum(octet => octet is SentState.None ? 1 : octet == SentState.Lost || octet == SentState.Sacked ? 0 : 1);
                Assert.Equal(pipe, _sent.Pipe);
            }
            return true;
        }

        private int Count(SentState state) => _octets.Count(octet => (octet & state) != 0);

        private void Step()
        {
            _now += TimeSpan.FromMilliseconds(_random.Below(3));
            switch (_random.Below(10))
            {
                case 0 or 1: Add(1 + (int)_random.Below(40)); break;
                case 2: Acknowledge((int)_random.Below((uint)Math.Min(_octets.Count, 60) + 1)); break;
                case 3 or 4 when _octets.Count > 0: Sack(); break;
                case 5 when seed % 2 == 0: MarkLost(); break;
                case 8 when seed % 2 == 1 && _octets.Count > 0: MarkLostByTime(); break;
                case 9 when _random.Below(4) == 0: Unmark(); break;
                case 6: Retransmit(); break;
                case 7 when _random.Below(6) == 0: MarkAllLost(_random.Below(2) == 0); break;
            }
        }

        private void Add(int length)
        {
            _sent.Add(_first + (uint)_octets.Count, length, default, false, _now);
            for (int i = 0; i < length; i++)
            {
                _octets.Add(SentState.None);
                _sentAt.Add(_now);
            }
        }

        private void Acknowledge(int octets)
        {
            AckOutcome outcome = new();
            int delivered = _octets.Take(octets).Count(octet => (octet & SentState.Sacked) == 0);
            _octets.RemoveRange(0, octets);
            _sentAt.RemoveRange(0, octets);
            _first += (uint)octets;
            _sent.Acknowledge(_first, ref outcome);
            Assert.Equal(delivered, outcome.Delivered);
        }

        private void Sack()
        {
            int left = (int)_random.Below((uint)_octets.Count);
            int right = left + 1 + (int)_random.Below((uint)Math.Min(50, _octets.Count - left));
            AckOutcome outcome = new();
            _sent.Sack(_first + (uint)left, _first + (uint)right, ref outcome);
            int news = 0;
            for (int i = left; i < right; i++)
            {
                if (_octets[i] != SentState.Sacked) news++;
                _octets[i] = SentState.Sacked;
            }
            Assert.Equal((news, news > 0), (outcome.Delivered, outcome.IsNewlySacked));
        }

        // RFC 6675 §4, IsLost, octet by octet from the top.
        private void MarkLost()
        {
            _sent.MarkLostBelowSacked(3, Segment, _lost);
            int above = 0, runs = 0;
            bool inRun = false;
            for (int i = _octets.Count - 1; i >= 0; i--)
            {
                bool sacked = _octets[i] == SentState.Sacked;
                if (!sacked && (above > 2 * Segment || runs >= 3)) _octets[i] |= SentState.Lost;
                if (sacked) above++;
                if (sacked && !inRun) runs++;
                inRun = sacked;
            }
        }

        // Octet by octet: what left before a moment, and so long ago.
        private void MarkLostByTime()
        {
            Instant arrived = _sentAt[(int)_random.Below((uint)_octets.Count)];
            TimeSpan patience = TimeSpan.FromMilliseconds(_random.Below(20));
            int before = _lost.Octets;
            bool marked = _sent.MarkLostByTime(arrived, _first, patience, _now, _lost, out TimeSpan wait);
            int news = 0;
            TimeSpan longest = TimeSpan.Zero;
            for (int i = 0; i < _octets.Count; i++)
            {
                if (_octets[i] is SentState.Sacked or SentState.Lost || _sentAt[i] >= arrived) continue;
                TimeSpan left = _sentAt[i] + patience - _now;
                if (left > longest) longest = left;
                if (left > TimeSpan.Zero) continue;
                _octets[i] = SentState.Lost;
                news++;
            }
            Assert.Equal((news > 0, news, longest), (marked, _lost.Octets - before, wait));
        }

        private void Unmark()
        {
            _sent.UnmarkLost();
            for (int i = 0; i < _octets.Count; i++)
                if (_octets[i] != SentState.Sacked) _octets[i] = SentState.None;
        }

        private void Retransmit()
        {
            int most = 1 + (int)_random.Below(30);
            int expected = _octets.IndexOf(SentState.Lost);
            bool any = _sent.TryNextLost(most, out SentSegment segment);
            Assert.Equal(expected >= 0, any);
            if (!any) return;
            Assert.Equal(expected, segment.Start - _first);
            Assert.InRange(segment.Length, 1, most);
            if (_random.Below(4) == 0) return;
            _sent.NoteRetransmitted(default, _now);
            for (int i = 0; i < segment.Length; i++)
            {
                _sentAt[expected + i] = _now;
                Assert.Equal(SentState.Lost, _octets[expected + i]);
                _octets[expected + i] |= SentState.Retransmitted;
            }
        }

        private void MarkAllLost(bool forgetSacked)
        {
            _sent.MarkAllLost(forgetSacked, _lost);
            for (int i = 0; i < _octets.Count; i++)
                if (forgetSacked || _octets[i] != SentState.Sacked) _octets[i] = SentState.Lost;
        }
    }
}
