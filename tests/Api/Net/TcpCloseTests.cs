using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Net;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Api.Net;

/// <summary>Closing, resetting, canceling, timing out, with calls that wait.</summary>
public sealed class TcpCloseTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact, Covers("INV-12")]
    public async Task Closing_ends_every_call_that_waits()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket server) = pair.Connect();
        using StackSocket listener = pair.Listen();
        Task<int> receive = client.ReceiveAsync(new byte[10], Ct).AsTask();
        Task<int> second = client.ReceiveAsync(new byte[10], Ct).AsTask();
        Task<int> send = client.SendAsync(new byte[64 << 20], Ct).AsTask();
        Task<StackSocket> accept = listener.AcceptAsync(Ct).AsTask();
        Task<bool> poll = Within.StartWaiting(() => listener.Poll(-1, SelectMode.SelectRead));
        client.Dispose();
        listener.Dispose();
        foreach (Task task in (Task[])[receive, second, send, accept])
        {
            SocketException failure = await Assert.ThrowsAsync<SocketException>(() => task.Soon());
            Assert.Equal(SocketError.OperationAborted, failure.SocketErrorCode);
        }
        await poll.Soon();
        Assert.Throws<ObjectDisposedException>(() => client.Send([1]));
        _ = server;
    }

    [Fact, Covers("INV-12")]
    public async Task Closing_wakes_threads_that_sleep_in_a_call()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket _) = pair.Connect();
        using StackSocket listener = pair.Listen();
        Task<SocketError> receive = Within.StartWaiting(() => ErrorOf(() => client.Receive(new byte[10])));
        Task<SocketError> send = Within.StartWaiting(() => ErrorOf(() => client.Send(new byte[64 << 20])));
        Task<SocketError> accept = Within.StartWaiting(() => ErrorOf(() => listener.Accept()));
        client.Dispose();
        listener.Dispose();
        Assert.Equal(SocketError.ConnectionAborted, await receive.Soon());
        Assert.Equal(SocketError.ConnectionAborted, await send.Soon());
        Assert.Equal(SocketError.Interrupted, await accept.Soon());
    }

    [Fact, Covers("INV-12")]
    public async Task Closing_ends_a_connection_attempt()
    {
        using HostPair pair = new();
        using StackSocket client = pair.NewTcp();
        // Nobody has this address, so that the SYN gets no answer.
        Task connecting = client.ConnectAsync(IPAddress.Parse("198.18.0.77"), 80, Ct).AsTask();
        Assert.False(connecting.IsCompleted);
        client.Dispose();
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => connecting.Soon());
        Assert.Equal(SocketError.OperationAborted, failure.SocketErrorCode);
    }

    [Fact]
    public async Task A_canceled_receive_leaves_the_next_octets_to_others()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket server) = pair.Connect();
        using CancellationTokenSource source = new();
        Task<int> first = server.ReceiveAsync(new byte[4], source.Token).AsTask();
        byte[] buffer = new byte[4];
        Task<int> second = server.ReceiveAsync(buffer, Ct).AsTask();
        await source.CancelAsync();
        OperationCanceledException canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Soon());
        Assert.Equal(source.Token, canceled.CancellationToken);
        client.Send("ab"u8);
        Assert.Equal(2, await second.Soon());
        Assert.True(buffer.AsSpan(0, 2).SequenceEqual("ab"u8));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.ReceiveAsync(buffer, source.Token).AsTask());
    }

    [Fact]
    public async Task Accept_and_connect_can_be_canceled_and_tried_again()
    {
        using HostPair pair = new();
        using StackSocket listener = pair.Listen();
        using CancellationTokenSource source = new();
        Task<StackSocket> accept = listener.AcceptAsync(source.Token).AsTask();
        using StackSocket client = pair.NewTcp();
        Task connect = client.ConnectAsync(IPAddress.Parse("198.18.0.77"), 80, source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accept.Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect.Soon());
        await client.ConnectAsync(listener.LocalEndPoint!, Ct).Soon();
        using StackSocket accepted = await listener.AcceptAsync(Ct).Soon();
        Assert.True(client.Connected);
    }

    [Fact]
    public void A_send_or_receive_gives_up_when_its_time_is_up()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket server) = pair.Connect();
        client.ReceiveTimeout = 50;
        client.SendTimeout = 50;
        Assert.Equal(SocketError.TimedOut, Within.Run(() => ErrorOf(() => client.Receive(new byte[1]))));
        Assert.Equal(SocketError.TimedOut, Within.Run(() => ErrorOf(() => client.Send(new byte[64 << 20]))));
        server.Send("x"u8);
        Assert.Equal(1, Within.Run(() => client.Receive(new byte[1])));
    }

    [Fact]
    public async Task Connecting_to_a_port_without_listener_is_refused()
    {
        using HostPair pair = new();
        using StackSocket client = pair.NewTcp();
        IPEndPoint nobody = new(HostPair.SecondAddress, 9);
        Assert.Equal(SocketError.ConnectionRefused, Within.Run(() => ErrorOf(() => client.Connect(nobody))));
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(nobody, Ct).Soon());
        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
        using StackSocket listener = pair.Listen();
        await client.ConnectAsync(listener.LocalEndPoint!, Ct).Soon();
    }

    [Fact]
    public async Task Closing_with_linger_zero_resets_the_peer()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket server) = pair.Connect();
        Task<int> receive = server.ReceiveAsync(new byte[10], Ct).AsTask();
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => receive.Soon());
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
        Assert.Equal(SocketError.ConnectionReset, ErrorOf(() => server.Send([1])));
        Assert.False(server.Connected);
    }

    [Fact]
    public void Closing_with_linger_waits_until_the_peer_has_everything()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket server) = pair.Connect();
        client.LingerState = new LingerOption(true, 10);
        client.Send(new byte[500_000]);
        Within.Run(client.Dispose);
        int received = 0;
        byte[] buffer = new byte[65536];
        for (int read; (read = server.Receive(buffer)) > 0;) received += read;
        Assert.Equal(500_000, received);
    }

    [Fact]
    public void Closing_with_linger_gives_up_when_its_time_is_up()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket server) = pair.Connect();
        server.ReceiveBufferSize = 8192;
        client.Blocking = false;
        while (ErrorOf(() => client.Send(new byte[100_000])) == SocketError.Success)
        {
        }
        client.LingerState = new LingerOption(true, 1);
        long start = Environment.TickCount64;
        Within.Run(client.Dispose);
        Assert.InRange(Environment.TickCount64 - start, 900, 15_000);
        byte[] buffer = new byte[1 << 20];
        Within.Run(() => Within.Happens(() => ErrorOf(() => server.Receive(buffer)) == SocketError.ConnectionReset));
    }

    [Fact]
    public void A_graceful_close_delivers_what_was_sent()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket server) = pair.Connect();
        client.Send(new byte[300_000]);
        client.Dispose();
        int received = 0;
        byte[] buffer = new byte[65536];
        Within.Run(() =>
        {
            for (int read; (read = server.Receive(buffer)) > 0;) received += read;
        });
        Assert.Equal(300_000, received);
    }

    [Fact]
    public async Task Without_blocking_a_call_that_would_wait_fails()
    {
        using HostPair pair = new();
        using StackSocket listener = pair.Listen();
        listener.Blocking = false;
        Assert.Equal(SocketError.WouldBlock, ErrorOf(() => listener.Accept()));
        using StackSocket client = pair.NewTcp();
        client.Blocking = false;
        Assert.Equal(SocketError.WouldBlock, ErrorOf(() => client.Connect(listener.LocalEndPoint!)));
        Assert.True(Within.Run(() => client.Poll(-1, SelectMode.SelectWrite)));
        Assert.Equal(SocketError.WouldBlock, ErrorOf(() => client.Receive(new byte[1])));
        Assert.True(Within.Run(() => listener.Poll(-1, SelectMode.SelectRead)));
        using StackSocket server = listener.Accept();
        Assert.False(server.Blocking);
        Assert.False(server.Poll(0, SelectMode.SelectRead));
        client.Send("x"u8);
        Assert.True(Within.Run(() => server.Poll(-1, SelectMode.SelectRead)));
        int total = 0;
        byte[] piece = new byte[70_000];
        // Until both buffers are full and nothing is on its way any more: the last partial segments go by a timer.
        for (int idle = 0; idle < 100;)
        {
            total += client.Send(piece, SocketFlags.None, out SocketError error);
            Assert.True(error is SocketError.Success or SocketError.WouldBlock);
            idle = error == SocketError.Success ? 0 : idle + 1;
            if (error == SocketError.WouldBlock) Thread.Sleep(10);
        }
        Assert.False(client.Poll(0, SelectMode.SelectWrite));
        Task<bool> writable = Within.StartWaiting(() => client.Poll(-1, SelectMode.SelectWrite));
        Within.Run(() =>
        {
            for (int left = total + 1; left > 0;) left -= server.Poll(-1, SelectMode.SelectRead) ? server.Receive(new byte[1 << 20]) : 0;
        });
        Assert.True(await writable.Soon());
    }

    internal static SocketError ErrorOf(Action call)
    {
        try
        {
            call();
            return SocketError.Success;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
    }
}
