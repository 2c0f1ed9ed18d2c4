using StackSharp.Stack.Buffers;
using Xunit;

namespace StackSharp.Tests.Stack.Buffers;

public sealed class BufferPoolTests
{
    [Fact]
    public void A_buffer_comes_back_with_its_last_reference_and_is_the_next_one_rented()
    {
        using BufferPool pool = new(1000, 1 << 20);
        PacketBuffer buffer = pool.TryRent(headroom: 64)!;
        Assert.Equal((1000, 64, 0, 1), (buffer.Capacity, buffer.Start, buffer.Length, pool.Outstanding));
        Assert.False(buffer.IsShared);
        buffer.AddReference();
        Assert.True(buffer.IsShared);
        buffer.Release();
        Assert.Equal(1, pool.Outstanding);
        buffer.SetRange(10, 20);
        buffer.Offload = new ReceiveOffload(true, 7);
        buffer.Release();
        Assert.Equal(0, pool.Outstanding);
        Assert.Same(buffer, pool.TryRent());
        Assert.Equal((0, 0, default), (buffer.Start, buffer.Length, buffer.Offload));
        buffer.Release();
    }

    [Fact]
    public void The_budget_bounds_the_pool()
    {
        using BufferPool pool = new(1000, 10 * 1024);
        PacketBuffer[] all = RentAll(pool, BufferUse.Receive);
        Assert.Equal((10, 10), (all.Length, pool.Outstanding));
        Assert.InRange(pool.AllocatedBytes, 10_000, 10 * 1024);
        all[3].Release();
        Assert.Same(all[3], pool.TryRent());
        foreach (PacketBuffer buffer in all) buffer.Release();
    }

    [Fact]
    public void A_reserve_is_kept_from_what_may_wait_long()
    {
        using BufferPool pool = new(1000, 20 * 1024, reserve: 3);
        PacketBuffer[] queued = RentAll(pool, BufferUse.Queued);
        Assert.Equal(14, queued.Length);
        Assert.False(pool.IsPlentiful);
        Assert.True(pool.MayHold(BufferUse.Queued));
        PacketBuffer[] progress = RentAll(pool, BufferUse.Progress);
        Assert.Equal(3, progress.Length);
        Assert.False(pool.MayHold(BufferUse.Queued));
        PacketBuffer[] received = RentAll(pool, BufferUse.Receive);
        Assert.Equal(3, received.Length);
        Assert.False(pool.MayHold(BufferUse.Progress));
        foreach (PacketBuffer buffer in (PacketBuffer[])[.. queued, .. progress, .. received]) buffer.Release();
        Assert.True(pool.IsPlentiful);
        Assert.NotNull(pool.TryRent(use: BufferUse.Queued));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 2)]
    [InlineData(100, 50)]
    public void A_small_pool_gives_half_of_itself_to_queues_whatever_the_reserve(int buffers, int forQueues)
    {
        using BufferPool pool = new(1000, buffers * 1024L, reserve: 1000);
        Assert.Equal(forQueues, RentAll(pool, BufferUse.Queued).Length);
    }

    [Fact]
    public void Writing_to_a_released_buffer_is_found_at_the_next_rent()
    {
        using BufferPool pool = new(1000, 1 << 20, debug: true);
        PacketBuffer buffer = pool.TryRent(owner: "somebody")!;
        buffer.Release();
        buffer.Storage[77] = 1;
        InvalidOperationException found = Assert.Throws<InvalidOperationException>(() => pool.TryRent(owner: "the next one"));
        Assert.Contains("somebody", found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "somebody")]
    [InlineData(false, "not recorded")]
    public void Releasing_twice_is_an_error_that_names_the_owner(bool debug, string owner)
    {
        using BufferPool pool = new(1000, 1 << 20, debug);
        PacketBuffer buffer = pool.TryRent(owner: "somebody")!;
        buffer.Release();
        InvalidOperationException found = Assert.Throws<InvalidOperationException>(buffer.Release);
        Assert.Contains(owner, found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Debug_mode_knows_who_holds_what()
    {
        using BufferPool pool = new(1000, 1 << 20, debug: true);
        PacketBuffer first = pool.TryRent(owner: "first")!;
        PacketBuffer second = pool.TryRent(owner: "second")!;
        PacketBuffer nobody = pool.TryRent()!;
        Assert.Equal(["?", "first", "second"], pool.OutstandingOwners().Order(StringComparer.Ordinal));
        first.Release();
        nobody.Release();
        Assert.Equal(["second"], pool.OutstandingOwners());
        second.Release();
        Assert.Empty(pool.OutstandingOwners());
    }

    [Fact]
    public void A_disposed_pool_gives_nothing_not_even_what_it_has()
    {
        BufferPool pool = new(1000, 1 << 20, debug: true);
        PacketBuffer late = pool.TryRent()!;
        pool.TryRent()!.Release();
        pool.Dispose();
        Assert.Null(pool.TryRent());
        late.Release();   // Too late, but harmless: its memory is not touched.
        Assert.Null(pool.TryRent());
        TransmitFramePool frames = new(4);
        frames.TryRent()!.Release();
        frames.Dispose();
        Assert.Null(frames.TryRent());
    }

    [Fact]
    public void Releasing_a_frame_twice_is_an_error()
    {
        using TransmitFramePool frames = new(4);
        TransmitFrame frame = frames.TryRent()!;
        frame.Release();
        Assert.Throws<InvalidOperationException>(frame.Release);
        Assert.Equal(0, frames.Outstanding);
    }

    private static PacketBuffer[] RentAll(BufferPool pool, BufferUse use)
    {
        List<PacketBuffer> rented = [];
        while (pool.TryRent(use: use) is { } buffer) rented.Add(buffer);
        return [.. rented];
    }
}
