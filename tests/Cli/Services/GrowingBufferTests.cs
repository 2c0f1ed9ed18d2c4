using StackSharp.Cli.Services;
using Xunit;

namespace StackSharp.Tests.Cli.Services;

public sealed class GrowingBufferTests
{
    [Fact]
    public void It_grows_while_it_is_filled_up_to_its_limit()
    {
        GrowingBuffer buffer = new(2048, 65536);
        int first = buffer.Memory.Length;
        buffer.Used(first - 1);
        Assert.Equal(first, buffer.Memory.Length);
        for (int i = 0; i < 10; i++) buffer.Used(buffer.Memory.Length);
        Assert.Equal(65536, buffer.Memory.Length);
    }
}
