using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Wire.Tcp;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Sending;

public sealed class RecordEndsTests
{
    [Fact]
    public void Octets_are_limited_to_the_record_in_which_they_begin()
    {
        RecordEnds ends = new();
        ends.Add(At(100));
        ends.Add(At(300));
        Assert.Equal((100, 50, 1), (ends.Limit(At(0), 1000), ends.Limit(At(50), 1000), ends.Limit(At(99), 1000)));
        Assert.Equal((200, 10), (ends.Limit(At(100), 1000), ends.Limit(At(100), 10)));
        Assert.Equal(1000, ends.Limit(At(300), 1000));
    }

    [Fact]
    public void Ends_are_known_until_they_have_arrived()
    {
        RecordEnds ends = new();
        ends.Add(At(100));
        ends.Add(At(300));
        Assert.True(ends.Contains(At(100)) && ends.Contains(At(300)));
        Assert.False(ends.Contains(At(99)) || ends.Contains(At(101)) || ends.Contains(At(301)));
        ends.Acknowledge(At(299));
        Assert.False(ends.Contains(At(100)));
        Assert.True(ends.Contains(At(300)));
        ends.Acknowledge(At(300));
        Assert.False(ends.Contains(At(300)));
    }

    [Fact]
    public void Room_grows_wherever_the_list_begins_and_across_the_end_of_sequence_space()
    {
        RecordEnds ends = new();
        SequenceNumber first = new(uint.MaxValue - 5000);
        uint acknowledged = 0;
        for (uint added = 1; added <= 3000; added++)
        {
            ends.Add(first + (10 * added));
            if (added % 3 == 0) ends.Acknowledge(first + (10 * ++acknowledged));
        }
        Assert.False(ends.Contains(first + (10 * acknowledged)));
        for (uint end = acknowledged + 1; end <= 3000; end++)
        {
            Assert.True(ends.Contains(first + (10 * end)));
            Assert.Equal(7, ends.Limit(first + ((10 * end) - 7), 100));
        }
    }

    [Fact]
    public void A_full_list_has_room_again_when_something_has_arrived()
    {
        RecordEnds ends = new();
        for (uint end = 1; end <= RecordEnds.Most; end++)
        {
            Assert.False(ends.IsFull);
            ends.Add(At(end));
        }
        Assert.True(ends.IsFull);
        ends.Acknowledge(At(1));
        Assert.False(ends.IsFull);
        ends.Clear();
        Assert.False(ends.Contains(At(2)));
    }

    private static SequenceNumber At(uint value) => new(value);
}
