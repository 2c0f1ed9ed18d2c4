using System.Runtime.InteropServices;
using StackSharp.Packetdrill;
using StackSharp.Packetdrill.Wire;
using Xunit;

namespace StackSharp.Tests.Packetdrill;

/// <summary>The table's shape, and what does not depend on any connection.</summary>
public sealed unsafe class TableTests
{
    [Fact]
    public void The_table_is_a_data_word_and_32_functions_none_of_them_missing()
    {
        using ScriptedTool tool = new();
        Assert.Equal(264, sizeof(InterfaceTable));
        Assert.All(new ReadOnlySpan<nint>(tool.Table, 33).ToArray(), slot => Assert.NotEqual(0, slot));
    }

    [Fact]
    public void Structures_have_the_C_library_s_sizes()
    {
        Assert.Equal(16, sizeof(IoVector));
        Assert.Equal(56, sizeof(MessageHeader));
        Assert.Equal(8, sizeof(PollEntry));
        Assert.Equal(12, sizeof(EpollEvent));
        Assert.Equal(4, Marshal.OffsetOf<EpollEvent>(nameof(EpollEvent.Data)));
    }

    [Fact]
    public void Descriptors_are_the_kernel_s_and_end_with_close()
    {
        using ScriptedTool tool = new();
        int first = tool.Socket(), second = tool.Socket();
        Assert.NotEqual(first, second);
        Assert.True(System.IO.Path.Exists($"/proc/self/fd/{first}"));
        Assert.Equal(0, tool.Close(first));
        Assert.Equal(-1, tool.Close(first));
        Assert.Equal(Errno.BadDescriptor, tool.Errno);
    }

    [Fact]
    public void What_is_no_TCP_socket_is_refused()
    {
        using ScriptedTool tool = new();
        Assert.Equal(-1, tool.Socket(domain: 1));
        Assert.Equal(Errno.FamilyNotSupported, tool.Errno);
        Assert.Equal(-1, tool.Socket(type: 2));
        Assert.Equal(Errno.ProtocolNotSupported, tool.Errno);
    }

    [Fact]
    public void The_clock_moves_when_it_is_looked_at_and_when_time_is_slept_away()
    {
        using ScriptedTool tool = new();
        long start = tool.Now;
        Assert.Equal(start + 1, tool.Now);
        tool.Sleep(TimeSpan.FromSeconds(30));
        Assert.Equal(start + 30_000_002, tool.Now);
    }

    [Fact]
    public void A_packet_of_length_0_says_that_none_will_come()
    {
        using ScriptedTool tool = new();
        tool.Listen();
        Assert.Empty(tool.TakePacket());
    }

    [Fact]
    public void Flags_that_cannot_be_read_are_refused()
    {
        Assert.Equal(1400, AdapterFlags.Parse("mtu=1400").Mtu);
        Assert.Equal(16, AdapterFlags.Parse("local=10.0.0.1").Local.Length);
        Assert.Throws<FormatException>(() => AdapterFlags.Parse("mtu"));
        Assert.Throws<FormatException>(() => AdapterFlags.Parse("gateway=10.0.0.1"));
    }
}
