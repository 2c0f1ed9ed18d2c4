using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Receiving;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Receiving;

public sealed class ReassemblyTests
{
    private const int Window = 6000;

    /// <summary>Any order, any overlap: every octet comes out once and unharmed, and the blocks are those of RFC 2018 §4.</summary>
    [Fact, Covers("TCP-SACK-4", "TCP-SACK-5", "INV-2", "INV-7")]
    public void Behaves_as_a_set_of_octets() => Prop.ForAll<ulong>(seed => new Run(seed).Holds()).QuickCheckThrowOnFailure();

    [Fact, Covers("TCP-BUF-1")]
    public void Tiny_pieces_in_a_row_share_memory()
    {
        using RecordingNetwork network = new();
        using BufferPool pool = new(2048, 1 << 20);
        PacketBuffer buffer = pool.TryRent()!;
        Reassembly reassembly = new();
        for (uint i = 0; i < 2000; i++) Assert.True(reassembly.Add(new SequenceNumber(100 + i), new PacketSlice(buffer, 0, 1), 10, network));
        Assert.Equal((1, 2000), (reassembly.Pieces, reassembly.Length));
        Assert.Equal([new SackBlock(new SequenceNumber(100), new SequenceNumber(2100))], reassembly.Blocks.ToArray());
        reassembly.Clear();
        buffer.Release();
        Assert.Equal(0, network.Outstanding);
    }

    [Fact, Covers("INV-1")]
    public void Pieces_are_bounded()
    {
        using RecordingNetwork network = new();
        using BufferPool pool = new(2048, 1 << 20);
        PacketBuffer buffer = pool.TryRent()!;
        Reassembly reassembly = new();
        for (uint i = 0; i < 100; i++)
            Assert.Equal(i < 16, reassembly.Add(new SequenceNumber(100 + 2 * i), new PacketSlice(buffer, 0, 1), 16, network));
        Assert.Equal(16, reassembly.Pieces);
        reassembly.Clear();
        buffer.Release();
    }

    private sealed class Run(ulong seed)
    {
        private readonly SeededRandomSource _random = new(seed);
        private readonly Reassembly _reassembly = new();
        private readonly HashSet<int> _held = [];
        private readonly SequenceNumber _base = new(unchecked((uint)-3000));
        private List<(int Left, int Right)> _recent = [];
        private int _next;

        public bool Holds()
        {
            using RecordingNetwork network = new();
            using BufferPool pool = new(4096, 1 << 20);
            for (int step = 0; step < 200; step++)
            {
                bool inOrder = _random.Below(6) == 0;
                int start = inOrder ? _next : _next + 1 + (int)_random.Below(Window);
                int length = 1 + (int)_random.Below(_random.Below(5) == 0 ? 3000u : 60u);
                PacketBuffer buffer = pool.TryRent()!;
                for (int i = 0; i < length; i++) buffer.Storage[i + 20] = SegmentText.PayloadOctet((uint)(start + i));
                if (inOrder) Advance(length);
                else Add(start, length, new PacketSlice(buffer, 20, length), network);
                buffer.Release();
                Assert.Equal(_held.Count, _reassembly.Length);
                Assert.Equal(_held.Count == 0, _reassembly.IsEmpty);
                Assert.Equal(_recent.Take(Reassembly.MaximumBlocks), Blocks());
            }
            _reassembly.Clear();
            Assert.Equal(0, network.Outstanding + pool.Outstanding);
            return true;
        }

        private void Add(int start, int length, PacketSlice slice, RecordingNetwork network)
        {
            Assert.True(_reassembly.Add(_base + (uint)start, slice, int.MaxValue, network));
            for (int i = 0; i < length; i++) _held.Add(start + i);
            int left = start, right = start + length;
            while (_held.Contains(left - 1)) left--;
            while (_held.Contains(right)) right++;
            // Only four are remembered: a fifth is forgotten even if room appears later.
            _recent = [(left, right), .. _recent.Where(block => block.Right < left || block.Left > right).Take(Reassembly.MaximumBlocks - 1)];
        }

        private void Advance(int length)
        {
            _next += length;
            while (_reassembly.TryTake(_base + (uint)_next, out PacketSlice slice))
            {
                foreach (byte octet in slice.Span) Assert.Equal(SegmentText.PayloadOctet((uint)_next++), octet);
                slice.Buffer.Release();
            }
            Assert.DoesNotContain(_next, _held);
            _held.RemoveWhere(place => place < _next);
            _reassembly.DropReported(_base + (uint)_next);
            _recent = [.. _recent.Where(block => block.Right > _next)];
        }

        private List<(int Left, int Right)> Blocks() =>
            [.. _reassembly.Blocks.ToArray().Select(block => (block.Left - _base, block.Right - _base))];
    }
}
