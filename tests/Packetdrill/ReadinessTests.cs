using StackSharp.Packetdrill.Wire;
using Xunit;

namespace StackSharp.Tests.Packetdrill;

/// <summary>poll and epoll.</summary>
public sealed unsafe class ReadinessTests
{
    private const int Readable = 1;
    private const int Writable = 4;
    private const int Error = 8;
    private const int HungUp = 16;
    private const int PeerFinished = 0x2000;
    private const uint EdgeTriggered = 1u << 31;
    private const uint OneShot = 1u << 30;

    [Fact]
    public void A_listener_is_readable_when_somebody_waits()
    {
        using ScriptedTool tool = new();
        int listener = tool.Listen();
        Assert.Equal(0, tool.Poll(listener, Readable, 0, out _));
        tool.Inject("+0 < S 0:0(0) win 32792 <mss 1000>");
        tool.Expect("+0 > S. 0:0(0) ack 1 <mss 1460>");
        tool.Inject("+0 < . 1:1(0) ack 1 win 257");
        Assert.Equal(1, tool.Poll(listener, Readable, 0, out int found));
        Assert.Equal(Readable, found);
    }

    [Fact]
    public void A_connection_s_events_follow_its_course()
    {
        using ScriptedTool tool = new();
        int socket = tool.Establish(tool.Listen());
        const int all = Readable | Writable | PeerFinished;
        Assert.Equal(Writable, EventsOf(tool, socket, all));
        tool.Inject("+0 < P. 1:101(100) ack 1 win 257");
        Assert.Equal(Readable | Writable, EventsOf(tool, socket, all));
        tool.Read(socket, 100);
        tool.Inject("+0 < F. 101:101(0) ack 1 win 257");
        Assert.Equal(all, EventsOf(tool, socket, all));
        tool.Inject("+0 < R. 102:102(0) ack 1 win 257");
        Assert.Equal(all | Error | HungUp, EventsOf(tool, socket, all));
    }

    [Fact]
    public void An_unknown_descriptor_is_said_to_be_invalid()
    {
        using ScriptedTool tool = new();
        Assert.Equal(1, tool.Poll(9999, Readable, 0, out int found));
        Assert.Equal(0x20, found);
    }

    [Fact]
    public void A_level_is_told_again_and_an_edge_once()
    {
        using ScriptedTool tool = new();
        int socket = tool.Establish(tool.Listen());
        int level = Watch(tool, socket, Readable), edge = Watch(tool, socket, Readable | EdgeTriggered);
        Assert.Equal(0u, Wait(tool, edge));
        tool.Inject("+0 < P. 1:101(100) ack 1 win 257");
        Assert.Equal((uint)Readable, Wait(tool, level));
        Assert.Equal((uint)Readable, Wait(tool, level));
        Assert.Equal((uint)Readable, Wait(tool, edge));
        Assert.Equal(0u, Wait(tool, edge));
        tool.Read(socket, 100);
        tool.Inject("+0 < P. 101:201(100) ack 1 win 257");
        Assert.Equal((uint)Readable, Wait(tool, edge));
    }

    [Fact]
    public void One_shot_is_silent_until_it_is_armed_again()
    {
        using ScriptedTool tool = new();
        int socket = tool.Establish(tool.Listen());
        int set = Watch(tool, socket, Writable | OneShot);
        Assert.Equal((uint)Writable, Wait(tool, set));
        Assert.Equal(0u, Wait(tool, set));
        EpollEvent wanted = new() { Events = Writable | OneShot, Data = 77 };
        Assert.Equal(0, tool.Table->EpollControl(tool.Table->UserData, set, 3, socket, &wanted));
        Assert.Equal((uint)Writable, Wait(tool, set));
        Assert.Equal(0, tool.Table->EpollControl(tool.Table->UserData, set, 2, socket, null));
        Assert.Equal(-1, tool.Table->EpollControl(tool.Table->UserData, set, 2, socket, null));
        Assert.Equal(Errno.NoEntry, System.Runtime.InteropServices.Marshal.GetLastSystemError());
    }

    private static int EventsOf(ScriptedTool tool, int socket, int events)
    {
        tool.Poll(socket, events, 0, out int found);
        return found;
    }

    private static int Watch(ScriptedTool tool, int socket, uint events)
    {
        int set = tool.Table->EpollCreate(tool.Table->UserData, 1);
        EpollEvent wanted = new() { Events = events, Data = 77 };
        Assert.Equal(0, tool.Table->EpollControl(tool.Table->UserData, set, 1, socket, &wanted));
        return set;
    }

    /// <returns>The events that there are now; 0: none.</returns>
    private static uint Wait(ScriptedTool tool, int set)
    {
        EpollEvent found = default;
        int count = tool.Table->EpollWait(tool.Table->UserData, set, &found, 1, 0);
        if (count == 0) return 0;
        Assert.Equal(1, count);
        Assert.Equal(77ul, found.Data);
        return found.Events;
    }
}
