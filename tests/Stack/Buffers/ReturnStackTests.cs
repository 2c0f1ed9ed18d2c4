using System.Threading.Tasks;
using StackSharp.Stack.Buffers;
using Xunit;

namespace StackSharp.Tests.Stack.Buffers;

public sealed class ReturnStackTests
{
    private ReturnStack<Item> _stack;

    [Fact]
    public void The_last_one_in_is_the_first_one_out()
    {
        Item[] items = [new(), new(), new()];
        Assert.Null(_stack.Pop());
        foreach (Item item in items) _stack.Push(item);
        Assert.Same(items[2], _stack.Pop());
        Assert.Null(items[2].NextReturned);
        _stack.Push(items[2]);
        foreach (Item item in items.Reverse()) Assert.Same(item, _stack.Pop());
        Assert.Null(_stack.Pop());
        _stack.Push(items[0]);
        _stack.Clear();
        Assert.Null(_stack.Pop());
    }

    /// <summary>As buffers go: one thread rents, several return.</summary>
    [Fact]
    public async Task Nothing_is_lost_or_given_twice_while_others_push()
    {
        const int Pushers = 3;
        const int Rounds = 20_000;
        Item[] items = [.. Enumerable.Range(0, 60).Select(_ => new Item())];
        foreach (Item item in items) _stack.Push(item);
        System.Collections.Concurrent.ConcurrentQueue<Item> taken = new();
        using CancellationTokenSource over = new();
        Task[] pushers = [.. Enumerable.Range(0, Pushers).Select(_ => Task.Run(() =>
        {
            while (!over.IsCancellationRequested || !taken.IsEmpty) if (taken.TryDequeue(out Item? item)) Return(item);
        }, TestContext.Current.CancellationToken))];
        for (int popped = 0; popped < Rounds;)
        {
            if (_stack.Pop() is not { } item)
            {
                Thread.Yield();
                continue;
            }
            Assert.Equal(0, Interlocked.Exchange(ref item.Held, 1));
            taken.Enqueue(item);
            popped++;
        }
        await over.CancelAsync();
        await Task.WhenAll(pushers);
        HashSet<Item> left = [];
        while (_stack.Pop() is { } item) Assert.True(left.Add(item));
        Assert.Equal(items.Length, left.Count);
    }

    private void Return(Item item)
    {
        Interlocked.Exchange(ref item.Held, 0);
        _stack.Push(item);
    }

    private sealed class Item : IReturnable<Item>
    {
        public int Held;

        public Item? NextReturned { get; set; }
    }
}
