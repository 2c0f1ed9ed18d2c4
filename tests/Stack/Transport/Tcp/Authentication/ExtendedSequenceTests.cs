using StackSharp.Stack.Transport.Tcp.Authentication;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Authentication;

public sealed class ExtendedSequenceTests
{
    [Fact, Covers("AO-2")]
    public void It_rises_with_each_turn_and_old_numbers_keep_theirs()
    {
        ExtendedSequence sequence = new(new SequenceNumber(0xFFFF_FF00));
        Assert.Equal(0u, sequence.ExtensionOf(new SequenceNumber(0xFFFF_FFF0)));
        Assert.Equal(1u, sequence.ExtensionOf(new SequenceNumber(0x10)));
        for (uint turn = 1; turn < 5; turn++)
        {
            foreach (uint number in new uint[] { 0x10, 0x4000_0000, 0x7FFF_FFFF, 0xB000_0000, 0xFFFF_FFF0 })
            {
                sequence.Note(new SequenceNumber(number));
                Assert.Equal(turn, sequence.ExtensionOf(new SequenceNumber(number)));
                // What is sent again, or comes late.
                Assert.Equal(number < 0x1000_0000 ? turn - 1 : turn, sequence.ExtensionOf(new SequenceNumber(number - 0x1000_0000)));
                sequence.Note(new SequenceNumber(number - 0x1000_0000));
            }
        }
    }
}
