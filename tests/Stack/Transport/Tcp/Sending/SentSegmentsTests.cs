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
        for (uint i = 0; i < 6; i++) sent.Add(new SequenceNumber(i * Segment), Segment, default);
        AckOutcome outcome = new() { LatestSentAt = Instant.Never };
        sent.Sack(new SequenceNumber(20), new SequenceNumber(40), ref outcome);
        Assert.False(sent.MarkLostBelowSacked(3, Segment));
        sent.Sack(new SequenceNumber(40), new SequenceNumber(41), ref outcome);
        Assert.True(sent.MarkLostBelowSacked(3, Segment));
        Assert.Equal(20, sent.LostBytes);
        Assert.False(sent.MarkLostBelowSacked(3, Segment));
    }

    [Fact, Covers("TCP-RTO-6")]
    public void What_was_sent_again_gives_no_time_of_sending()
    {
        SentSegments sent = new(8192);
        for (uint i = 0; i < 3; i++) sent.Add(new SequenceNumber(i * Segment), Segment, Instant.FromMilliseconds(i));
        AckOutcome outcome = new() { LatestSentAt = Instant.Never };
        sent.Acknowledge(new SequenceNumber(20), ref outcome);
        Assert.Equal(Instant.FromMilliseconds(1), outcome.LatestSentAt);
        Assert.Equal(20, outcome.Delivered);
        sent.MarkFirstLost(Segment);
        Assert.True(sent.TryNextLost(Segment, out SentSegment _));
        sent.NoteRetransmitted(Instant.FromMilliseconds(9));
        outcome = new() { LatestSentAt = Instant.Never };
        sent.Acknowledge(new SequenceNumber(30), ref outcome);
        Assert.Equal(Instant.Never, outcome.LatestSentAt);
        Assert.True(sent.IsEmpty);
    }

    private sealed class Run(ulong seed)
    {
        private readonly SeededRandomSource _random = new(seed);
        private readonly SentSegments _sent = new(8192);
        private readonly List<SentState> _octets = [];
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
            switch (_random.Below(8))
            {
                case 0 or 1: Add(1 + (int)_random.Below(40)); break;
                case 2: Acknowledge((int)_random.Below((uint)Math.Min(_octets.Count, 60) + 1)); break;
                case 3 or 4 when _octets.Count > 0: Sack(); break;
                case 5: MarkLost(); break;
                case 6: Retransmit(); break;
                case 7 when _random.Below(6) == 0: MarkAllLost(_random.Below(2) == 0); break;
            }
        }

        private void Add(int length)
        {
            _sent.Add(_first + (uint)_octets.Count, length, default);
            for (int i = 0; i < length; i++) _octets.Add(SentState.None);
        }

        private void Acknowledge(int octets)
        {
            AckOutcome outcome = new() { LatestSentAt = Instant.Never };
            int delivered = _octets.Take(octets).Count(octet => (octet & SentState.Sacked) == 0);
            _octets.RemoveRange(0, octets);
            _first += (uint)octets;
            _sent.Acknowledge(_first, ref outcome);
            Assert.Equal(delivered, outcome.Delivered);
        }

        private void Sack()
        {
            int left = (int)_random.Below((uint)_octets.Count);
            int right = left + 1 + (int)_random.Below((uint)Math.Min(50, _octets.Count - left));
            AckOutcome outcome = new() { LatestSentAt = Instant.Never };
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
            _sent.MarkLostBelowSacked(3, Segment);
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
            _sent.NoteRetransmitted(default);
            for (int i = 0; i < segment.Length; i++)
            {
                Assert.Equal(SentState.Lost, _octets[expected + i]);
                _octets[expected + i] |= SentState.Retransmitted;
            }
        }

        private void MarkAllLost(bool forgetSacked)
        {
            _sent.MarkAllLost(forgetSacked);
            for (int i = 0; i < _octets.Count; i++)
                if (forgetSacked || _octets[i] != SentState.Sacked) _octets[i] = SentState.Lost;
        }
    }
}
