#pragma warning disable CA2012 // Awaited by hand, once: a continuation of its own is what these tests are about.
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Stack;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Api.Hosting;

public sealed class StackHostTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact, Covers("INV-7")]
    public async Task Disposing_ends_every_call_and_leaves_no_thread_and_no_buffer()
    {
        HostPair pair = new();
        NetworkStack stack = StackOf(pair.First);
        (StackSocket client, StackSocket server) = pair.Connect();
        StackSocket listener = pair.NewTcp();
        listener.Bind(new IPEndPoint(IPAddress.Any, 0));
        listener.Listen();
        StackSocket udp = pair.NewUdp();
        udp.Bind(new IPEndPoint(IPAddress.Any, 0));
        server.Send(new byte[200_000]);
        Task<int> receive = udp.ReceiveAsync(new byte[10], Ct).AsTask();
        Task<int> send = client.SendAsync(new byte[64 << 20], Ct).AsTask();
        Task<StackSocket> accept = listener.AcceptAsync(Ct).AsTask();
        Task<SocketError> sleeping = Within.StartWaiting(() => Net.TcpCloseTests.ErrorOf(() => listener.Accept()));
        Task<bool> polling = Within.StartWaiting(() => udp.Poll(-1, SelectMode.SelectRead));
        await pair.First.DisposeAsync().Soon();
        foreach (Task task in (Task[])[receive, send, accept]) await Assert.ThrowsAsync<SocketException>(() => task.Soon());
        Assert.Equal(SocketError.Interrupted, await sleeping.Soon());
        Assert.False(await polling.Soon());
        Assert.Equal(0, stack.OutstandingBuffers);
        Assert.Throws<ObjectDisposedException>(() => pair.First.Enter().Dispose());
        Assert.Throws<ObjectDisposedException>(() => pair.NewTcp());
        Assert.Throws<ObjectDisposedException>(() => client.Receive(new byte[1]));
        client.Dispose();
        NetworkStack other = StackOf(pair.Second);
        pair.Dispose();
        Assert.Equal(0, other.OutstandingBuffers);
        Assert.False(pair.First.HasThreads);
        Assert.False(pair.Second.HasThreads);
    }

    [Fact]
    public async Task Disposing_on_a_receive_thread_does_not_wait_for_itself()
    {
        HostPair pair = new(CompletionMode.Inline);
        (StackSocket client, StackSocket server) = pair.Connect();
        ValueTaskAwaiter<int> receive = server.ReceiveAsync(new byte[10], Ct).GetAwaiter();
        TaskCompletionSource disposed = new();
        receive.UnsafeOnCompleted(() =>
        {
            _ = receive.GetResult();
            pair.Second.Dispose();
            disposed.SetResult();
        });
        client.Send("x"u8);
        await disposed.Task.Soon();
        await pair.Second.DisposeAsync().Soon();
        Assert.False(pair.Second.HasThreads);
        pair.Dispose();
    }

    [Fact]
    public async Task What_a_continuation_throws_leaves_the_receive_thread_alive()
    {
        using HostPair pair = new(CompletionMode.Inline);
        (StackSocket client, StackSocket server) = pair.Connect();
        ValueTaskAwaiter<int> receive = server.ReceiveAsync(new byte[10], Ct).GetAwaiter();
        receive.UnsafeOnCompleted(() =>
        {
            _ = receive.GetResult();
            throw new InvalidOperationException("Thrown by a continuation.");
        });
        client.Send("x"u8);
        Within.Happens(() => server.Available == 0);
        client.Send("yz"u8);
        Assert.Equal(2, await server.ReceiveAsync(new byte[10], Ct).Soon());
    }

    [Fact]
    public void Deadlines_are_kept_without_any_traffic()
    {
        using HostPair pair = new();
        using StackSocket client = pair.NewTcp();
        client.Blocking = false;
        // ARP gives up after a while: only a timer can tell.
        Assert.Equal(SocketError.WouldBlock, Net.TcpCloseTests.ErrorOf(() => client.Connect(IPAddress.Parse("198.18.0.77"), 80)));
        long start = Environment.TickCount64;
        Assert.True(Within.Run(() => client.Poll(15_000_000, SelectMode.SelectError)));
        Assert.InRange(Environment.TickCount64 - start, 100, 12_000);
        Assert.Equal((int)SocketError.HostUnreachable, client.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error));
    }

    [Fact]
    public async Task A_device_can_be_taken_away_while_others_send()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket server) = pair.Connect();
        Task<int> sending = client.SendAsync(new byte[64 << 20], Ct).AsTask();
        Task reading = Within.Start(() => Net.TcpCloseTests.ErrorOf(() =>
        {
            while (server.Receive(new byte[65536]) > 0)
            {
            }
        }));
        Thread.Sleep(5);
        pair.First.Detach(pair.FirstInterface);
        Assert.Throws<ArgumentException>(() => pair.First.Detach(pair.FirstInterface));
        Assert.DoesNotContain(pair.FirstInterface, pair.First.Interfaces);
        client.Dispose();
        server.Dispose();
        await Assert.ThrowsAnyAsync<SocketException>(() => sending.Soon());
        await reading.Soon();
    }

    [Fact]
    public void Routes_and_addresses_come_and_go()
    {
        using HostPair pair = new();
        StackHost host = pair.First;
        Assert.Null(host.DefaultGateway);
        host.DefaultGateway = IpAddress.Parse("198.18.0.2");
        Assert.Equal(IpAddress.Parse("198.18.0.2"), host.DefaultGateway);
        host.DefaultGateway = null;
        Assert.Null(host.DefaultGateway);
        Assert.Equal(SocketError.NetworkUnreachable, Net.TcpCloseTests.ErrorOf(() => host.DefaultGateway = IpAddress.Parse("203.0.113.1")));
        host.AddRoute(IpPrefix.Parse("203.0.113.0/24"), IpAddress.Parse("198.18.0.2"), pair.FirstInterface);
        Assert.Contains(host.Routes, route => route.Prefix == IpPrefix.Parse("203.0.113.0/24"));
        Assert.True(host.RemoveRoute(IpPrefix.Parse("203.0.113.0/24"), IpAddress.Parse("198.18.0.2"), pair.FirstInterface));
        host.AddAddress(pair.FirstInterface, IpPrefix.Parse("198.18.7.1/24"));
        using StackSocket socket = pair.NewUdp();
        socket.Bind(new IPEndPoint(IPAddress.Parse("198.18.7.1"), 0));
        host.RemoveAddress(pair.FirstInterface, IpAddress.Parse("198.18.7.1"));
        using StackSocket late = pair.NewUdp();
        Assert.Equal(SocketError.AddressNotAvailable, Net.TcpCloseTests.ErrorOf(() => late.Bind(new IPEndPoint(IPAddress.Parse("198.18.7.1"), 0))));
    }

    private static NetworkStack StackOf(StackHost host)
    {
        using StackHost.Entry entered = host.Enter();
        return entered.Stack;
    }
}
