using StackSharp.Packetdrill.Wire;
using Xunit;

namespace StackSharp.Tests.Packetdrill;

/// <summary>connect's many answers, and what ends a connection.</summary>
public sealed class ConnectTests
{
    private const int SocketLevel = 1;
    private const int ErrorOption = 4;

    [Fact]
    public void A_non_blocking_connect_is_in_progress_then_under_way_then_done_then_too_late()
    {
        using ScriptedTool tool = new();
        tool.Set("tcp_timestamps", "0");
        int socket = tool.NonBlockingSocket();
        AssertFails(tool, Errno.InProgress, tool.Connect(socket));
        AssertFails(tool, Errno.Already, tool.Connect(socket));
        AssertFails(tool, Errno.WouldBlock, tool.Write(socket, 10));
        AssertFails(tool, Errno.WouldBlock, tool.Read(socket, 10));
        tool.Expect("+0 > S 0:0(0) win 65535 <mss 1460,nop,nop,sackOK,nop,wscale 8>");
        tool.Inject("+0 < S. 0:0(0) ack 1 win 5840 <mss 1460>");
        tool.Expect("+0 > . 1:1(0) ack 1");
        Assert.Equal(0, tool.Connect(socket));
        AssertFails(tool, Errno.IsConnected, tool.Connect(socket));
    }

    [Fact]
    public void A_refusal_is_told_once()
    {
        using ScriptedTool tool = new();
        int socket = tool.NonBlockingSocket();
        AssertFails(tool, Errno.InProgress, tool.Connect(socket));
        tool.Expect("+0 > S 0:0(0) <...>");
        tool.Inject("+0 < R. 0:0(0) ack 1 win 0");
        Assert.Equal(Errno.ConnectionRefused, tool.GetOption(socket, SocketLevel, ErrorOption));
        Assert.Equal(0, tool.GetOption(socket, SocketLevel, ErrorOption));
        AssertFails(tool, Errno.BrokenPipe, tool.Write(socket, 10));
    }

    [Fact]
    public void SYNs_are_sent_again_as_the_settings_say_and_then_the_attempt_has_timed_out()
    {
        using ScriptedTool tool = new();
        tool.Set("tcp_syn_retries", "2");
        int socket = tool.NonBlockingSocket();
        AssertFails(tool, Errno.InProgress, tool.Connect(socket));
        long start = 0;
        foreach (int second in new[] { 0, 1, 3 })
        {
            tool.Expect("+0 > S 0:0(0) <...>");
            if (second == 0) start = tool.SentAt;
            Assert.InRange(tool.SentAt - start, second * 1_000_000, second * 1_000_000 + 1000);
        }
        Assert.Empty(tool.TakePacket());
        AssertFails(tool, Errno.TimedOut, tool.Connect(socket));
    }

    [Fact]
    public void After_a_reset_reading_fails_once_and_writing_is_a_broken_pipe()
    {
        using ScriptedTool tool = new();
        int socket = tool.Establish(tool.Listen());
        tool.Inject("+0 < R. 1:1(0) ack 1 win 257");
        AssertFails(tool, Errno.ConnectionReset, tool.Read(socket, 10));
        Assert.Equal(0, tool.Read(socket, 10));
        AssertFails(tool, Errno.BrokenPipe, tool.Write(socket, 10));
    }

    [Fact]
    public void A_reset_by_a_peer_that_had_finished_is_a_broken_pipe()
    {
        using ScriptedTool tool = new();
        int socket = tool.Establish(tool.Listen());
        tool.Inject("+0 < F. 1:1(0) ack 1 win 257");
        tool.Inject("+0 < R. 2:2(0) ack 1 win 257");
        Assert.Equal(Errno.BrokenPipe, tool.GetOption(socket, SocketLevel, ErrorOption));
        Assert.Equal(0, tool.Read(socket, 10));
    }

    [Fact]
    public void What_is_shut_for_writing_is_a_broken_pipe_and_still_reads()
    {
        using ScriptedTool tool = new();
        int socket = tool.Establish(tool.Listen());
        Assert.Equal(0, tool.Shutdown(socket, 1));
        tool.Expect("+0 > F. 1:1(0) ack 1");
        AssertFails(tool, Errno.BrokenPipe, tool.Write(socket, 10));
        tool.Inject("+0 < P. 1:101(100) ack 2 win 257");
        tool.Expect("+0 > . 2:2(0) ack 101");
        Assert.Equal(100, tool.Read(socket, 4096));
    }

    [Fact]
    public void Shutting_for_reading_is_not_told_to_the_peer()
    {
        using ScriptedTool tool = new();
        int socket = tool.Establish(tool.Listen());
        Assert.Equal(0, tool.Shutdown(socket, 0));
        Assert.Equal(0, tool.Read(socket, 10));
        tool.Inject("+0 < P. 1:101(100) ack 1 win 257");
        tool.Expect("+0 > . 1:1(0) ack 101");
        Assert.Equal(100, tool.Read(socket, 4096));
    }

    [Fact]
    public void A_socket_without_connection_reads_and_writes_nothing()
    {
        using ScriptedTool tool = new();
        int socket = tool.Socket();
        AssertFails(tool, Errno.NotConnected, tool.Read(socket, 10));
        AssertFails(tool, Errno.BrokenPipe, tool.Write(socket, 10));
        AssertFails(tool, Errno.NotConnected, tool.Shutdown(socket, 2));
    }

    [Fact]
    public void Disconnecting_resets_and_frees_the_socket_for_another_connection()
    {
        using ScriptedTool tool = new();
        int socket = tool.Establish(tool.Listen());
        Assert.Equal(0, tool.Disconnect(socket));
        tool.Expect("+0 > R. 1:1(0) ack 1");
        Assert.Equal(7, tool.Information(socket)[0]);
        AssertFails(tool, Errno.NotConnected, tool.Read(socket, 10));
    }

    [Fact]
    public unsafe void Memory_that_is_nowhere_is_a_bad_address()
    {
        using ScriptedTool tool = new();
        int socket = tool.Establish(tool.Listen());
        nint sent = tool.Table->Write(tool.Table->UserData, socket, null, 1000);
        int errno = System.Runtime.InteropServices.Marshal.GetLastSystemError();
        Assert.Equal(-1, sent);
        Assert.Equal(Errno.BadAddress, errno);
        Assert.Empty(tool.TakePacket());
    }

    private static void AssertFails(ScriptedTool tool, int errno, int result)
    {
        Assert.Equal(-1, result);
        Assert.Equal(errno, tool.Errno);
    }
}
