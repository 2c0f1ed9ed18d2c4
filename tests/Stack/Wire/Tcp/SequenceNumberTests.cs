using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Wire.Tcp;
using Xunit;

namespace StackSharp.Tests.Stack.Wire.Tcp;

public sealed class SequenceNumberTests
{
    private const long Space = 1L << 32;

    private static Gen<uint> Near { get; } =
        from corner in Gen.Elements(0u, 1u << 31, uint.MaxValue)
        from distance in Gen.Choose(-5000, 5000)
        select unchecked(corner + (uint)distance);

    private static Gen<uint> Any { get; } = Gen.OneOf(Near, WireGenerators.UInt32);

    [Theory]
    [InlineData(0u, 1u), InlineData(uint.MaxValue, 0u), InlineData(uint.MaxValue - 10, 10u), InlineData(0x7FFF_FFFFu, 0x8000_0000u)]
    [InlineData(0u, 0x7FFF_FFFFu), InlineData(0x8000_0000u, uint.MaxValue), InlineData(0x8000_0001u, 0u), InlineData(0xC000_0000u, 0x3FFF_FFFFu)]
    public void The_first_is_before_the_second(uint first, uint second)
    {
        SequenceNumber earlier = new(first);
        SequenceNumber later = new(second);
        Assert.True(earlier.IsBefore(later) && earlier.IsAtOrBefore(later) && !earlier.IsAfter(later) && !earlier.IsAtOrAfter(later));
        Assert.True(later.IsAfter(earlier) && later.IsAtOrAfter(earlier) && !later.IsBefore(earlier) && !later.IsAtOrBefore(earlier));
        Assert.Equal(earlier, SequenceNumber.Min(later, earlier));
        Assert.Equal(earlier, SequenceNumber.Min(earlier, later));
        Assert.Equal(later, SequenceNumber.Max(later, earlier));
        Assert.Equal(later, SequenceNumber.Max(earlier, later));
        Assert.Equal(unchecked((int)(second - first)), later - earlier);
        Assert.Equal(-(later - earlier), earlier - later);
    }

    [Fact]
    public void A_number_is_neither_before_nor_after_itself() => Any.Holds(value =>
    {
        SequenceNumber number = new(value);
        return !number.IsBefore(number) && !number.IsAfter(number) && number.IsAtOrBefore(number) && number.IsAtOrAfter(number) && number - number == 0;
    }).Check();

    [Fact]
    public void Adding_and_taking_away_is_modulo_2_to_the_32() =>
        Any.Two().Holds(pair =>
        {
            (uint start, uint bytes) = pair;
            SequenceNumber end = new SequenceNumber(start) + bytes;
            return end.Value == ((long)start + bytes) % Space && end - bytes == new SequenceNumber(start);
        }).Check();

    [Fact]
    public void Less_than_half_the_space_ahead_is_after() =>
        (from start in Any
         from distance in Gen.OneOf(Gen.Choose(1, int.MaxValue), Gen.Choose(1, 5000), Gen.Choose(int.MaxValue - 5000, int.MaxValue))
         select (start, distance)).Holds(input =>
        {
            SequenceNumber start = new(input.start);
            SequenceNumber later = start + (uint)input.distance;
            return start.IsBefore(later) && later.IsAfter(start) && later - start == input.distance && start - later == -input.distance;
        }).Check();

    [Fact]
    public void A_window_holds_its_start_but_not_its_end() =>
        (from start in Any
         from bytes in Any
         from offset in Any
         select (start, bytes, offset)).Holds(input =>
            (new SequenceNumber(input.start) + input.offset).IsInWindow(new SequenceNumber(input.start), input.bytes) == (input.offset < input.bytes))
        .Check();

    [Fact]
    public void An_empty_window_holds_nothing() => Any.Holds(value => !new SequenceNumber(value).IsInWindow(new SequenceNumber(value), 0)).Check();

    [Fact]
    public void Text_is_the_number() => Assert.Equal("4294967295", new SequenceNumber(uint.MaxValue).ToString());
}
