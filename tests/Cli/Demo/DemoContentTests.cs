using System.Security.Cryptography;
using StackSharp.Cli.Demo;
using Xunit;

namespace StackSharp.Tests.Cli.Demo;

public sealed class DemoContentTests
{
    [Fact]
    public void The_same_seed_gives_the_same_content()
    {
        DemoContent first = new(7, 300_000);
        Assert.Equal(first.ComputeSha256(), new DemoContent(7, 300_000).ComputeSha256());
        Assert.NotEqual(first.ComputeSha256(), new DemoContent(8, 300_000).ComputeSha256());
        Assert.NotEqual(first.ComputeSha256(), new DemoContent(7, 300_001).ComputeSha256());
    }

    [Fact]
    public void Blocks_differ_and_end_with_the_content()
    {
        DemoContent content = new(1, (2 * DemoContent.BlockBytes) + 10);
        byte[][] blocks = new byte[4][];
        for (int i = 0; i < blocks.Length; i++)
        {
            byte[] buffer = new byte[DemoContent.BlockBytes];
            blocks[i] = buffer[..content.Fill(i, buffer)];
        }

        Assert.Equal([DemoContent.BlockBytes, DemoContent.BlockBytes, 10, 0], blocks.Select(block => block.Length));
        Assert.NotEqual(blocks[0], blocks[1]);
        Assert.Equal(SHA256.HashData(blocks.SelectMany(block => block).ToArray()), content.ComputeSha256());
    }
}
