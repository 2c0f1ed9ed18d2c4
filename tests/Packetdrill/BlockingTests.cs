using StackSharp.Packetdrill.Wire;
using Xunit;

namespace StackSharp.Tests.Packetdrill;

/// <summary>Calls that wait on the tool's second thread, while the first one lets time pass.</summary>
public sealed class BlockingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Without the clock's gate this fails nearly always: the call would seem to return after the ten seconds that follow.
    [Fact]
    public void A_blocked_accept_returns_when_the_handshake_is_complete_whatever_time_passes_next()
    {
        using ScriptedTool tool = new();
        int listener = tool.Listen();
        long before = 0, after = 0;
        int socket = -1;
        Thread caller = Start(() =>
        {
            socket = tool.Accept(listener);
            after = tool.Now;
        });
        tool.Inject("+0 < S 0:0(0) win 32792 <mss 1000>");
        tool.Expect("+0 > S. 0:0(0) ack 1 <mss 1460>");
        tool.Sleep(TimeSpan.FromMilliseconds(100));
        before = tool.Now;
        tool.Inject("+0 < . 1:1(0) ack 1 win 257");
        tool.Sleep(TimeSpan.FromSeconds(10));
        Assert.True(caller.Join(Patience));
        Assert.True(socket >= 0);
        Assert.InRange(after - before, 0, 100);
    }

    [Fact]
    public void A_blocked_connect_sends_its_SYN_and_waits_for_the_answer()
    {
        using ScriptedTool tool = new();
        int socket = tool.Socket();
        int result = -1;
        long after = 0;
        Thread caller = Start(() =>
        {
            result = tool.Connect(socket);
            after = tool.Now;
        });
        tool.Expect("+0 > S 0:0(0) <...>");
        tool.Sleep(TimeSpan.FromMilliseconds(50));
        long before = tool.Now;
        tool.Inject("+0 < S. 0:0(0) ack 1 win 5840 <mss 1460>");
        tool.Expect("+0 > . 1:1(0) ack 1");
        tool.Sleep(TimeSpan.FromSeconds(10));
        Assert.True(caller.Join(Patience));
        Assert.Equal(0, result);
        Assert.InRange(after - before, 0, 100);
    }

    [Fact]
    public void A_blocked_read_returns_with_the_first_octets()
    {
        using ScriptedTool tool = new();
        int socket = tool.Establish(tool.Listen());
        int read = -1;
        Thread caller = Start(() =>
        {
            read = tool.Read(socket, 4096);
            _ = tool.Now;
        });
        tool.Sleep(TimeSpan.FromSeconds(1));
        tool.Inject("+0 < P. 1:101(100) ack 1 win 257");
        tool.Sleep(TimeSpan.FromSeconds(1));
        Assert.True(caller.Join(Patience));
        Assert.Equal(100, read);
    }

    [Fact]
    public void A_blocked_write_returns_when_all_is_queued()
    {
        using ScriptedTool tool = new();
        int socket = tool.Establish(tool.Listen(), "mss 1000", window: 50_000);
        Assert.Equal(0, tool.SetOption(socket, 1, 7, 21_000));
        Assert.Equal(42_000, tool.GetOption(socket, 1, 7));
        int written = -1;
        long after = 0;
        Thread caller = Start(() =>
        {
            written = tool.Write(socket, 61_000);
            after = tool.Now;
        });
        tool.Inject("+0 < . 1:1(0) ack 10001 win 50000");
        tool.Sleep(TimeSpan.FromMilliseconds(100));
        tool.Inject("+0 < . 1:1(0) ack 30001 win 50000");
        tool.Sleep(TimeSpan.FromMilliseconds(100));
        Assert.Equal(-1, written);
        long before = tool.Now;
        tool.Inject("+0 < . 1:1(0) ack 36001 win 50000");
        tool.Sleep(TimeSpan.FromSeconds(1));
        Assert.True(caller.Join(Patience));
        Assert.Equal(61_000, written);
        Assert.InRange(after - before, 0, 100);
    }

    [Fact]
    public void A_blocked_poll_gives_up_when_its_time_is_over()
    {
        using ScriptedTool tool = new();
        int listener = tool.Listen();
        long start = tool.Now;
        long after = 0;
        int ready = -1;
        Thread caller = Start(() =>
        {
            ready = tool.Poll(listener, 1, 300, out _);
            after = tool.Now;
        });
        tool.Sleep(TimeSpan.FromSeconds(5));
        Assert.True(caller.Join(Patience));
        Assert.Equal(0, ready);
        Assert.InRange(after - start, 300_000, 300_100);
    }

    [Fact]
    public void Waiting_on_the_first_thread_lets_time_pass_itself()
    {
        using ScriptedTool tool = new();
        tool.Set("tcp_syn_retries", "1");
        int socket = tool.Socket();
        long start = tool.Now;
        Assert.Equal(-1, tool.Connect(socket));
        Assert.Equal(Errno.TimedOut, tool.Errno);
        Assert.InRange(tool.Now - start, 3_000_000, 3_100_000);
    }

    /// <summary>Goes on once the call sleeps, as the tool does.</summary>
    private static Thread Start(Action call)
    {
        Thread thread = new(() => call()) { IsBackground = true };
        thread.Start();
        Assert.True(SpinWait.SpinUntil(() => (thread.ThreadState & ThreadState.WaitSleepJoin) != 0, Patience));
        return thread;
    }
}
