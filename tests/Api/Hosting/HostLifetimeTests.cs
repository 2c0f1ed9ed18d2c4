#pragma warning disable CA2012 // Awaited by hand, once: a continuation of its own is what these tests are about.
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using StackSharp.Drivers.Memory;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Stack;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;
using Xunit;

namespace StackSharp.Tests.Api.Hosting;

/// <summary>Devices that come, go and fail while a host is busy or ends.</summary>
public sealed class HostLifetimeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_device_can_be_taken_away_on_its_own_receive_thread()
    {
        // Whoever waits for himself waits for longer than this test does.
        StackHostOptions options = new() { CompletionMode = CompletionMode.Inline, DisposeTimeout = 10 * Within.Limit };
        (ILinkDevice near, ILinkDevice far) = MemoryLink.CreatePair(new());
        StackHost host = new(options);
        WatchedDevice watched = new(near);
        NetworkInterface networkInterface = host.Attach(watched);
        host.AddAddress(networkInterface, IpPrefix.Parse("198.18.0.1/24"));
        using StackHost peer = HostPair.NewHost();
        peer.AddAddress(peer.Attach(far), IpPrefix.Parse("198.18.0.2/24"));
        using StackSocket receiver = new(host, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(IPAddress.Any, 7));
        ValueTaskAwaiter<int> receive = receiver.ReceiveAsync(new byte[10], Ct).GetAwaiter();
        TaskCompletionSource<bool> detached = new();
        receive.UnsafeOnCompleted(() =>
        {
            _ = receive.GetResult();
            host.Detach(networkInterface);
            detached.SetResult(host.Interfaces.Contains(networkInterface));
        });
        using StackSocket sender = new(peer, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        sender.SendTo("x"u8, new IPEndPoint(HostPair.FirstAddress, 7));
        Assert.False(await detached.Task.Soon());
        await watched.Disposed.Soon();
        await host.DisposeAsync().Soon();
    }

    [Fact]
    public async Task Detaching_twice_at_once_detaches_once()
    {
        for (int round = 0; round < 20; round++)
        {
            using HostPair pair = new();
            Task<bool>[] calls = [.. Enumerable.Range(0, 2).Select(_ => Within.Start(() =>
            {
                try
                {
                    pair.First.Detach(pair.FirstInterface);
                    return true;
                }
                catch (ArgumentException)
                {
                    return false;
                }
            }))];
            Assert.Single((await Task.WhenAll(calls).Soon()), succeeded => succeeded);
        }
    }

    [Fact]
    public async Task Attaching_while_the_host_ends_is_either_done_or_refused()
    {
        for (int round = 0; round < 30; round++)
        {
            StackHost host = new(new StackHostOptions());
            (ILinkDevice near, ILinkDevice far) = MemoryLink.CreatePair(new());
            Task<bool> attaching = Within.Start(() =>
            {
                try
                {
                    return host.Attach(near) is not null;
                }
                catch (ObjectDisposedException)
                {
                    near.Dispose();
                    return false;
                }
            });
            await host.DisposeAsync().Soon();
            await attaching.Soon();
            Assert.False(host.HasThreads);
            far.Dispose();
        }
    }

    [Fact]
    public async Task A_driver_that_throws_fails_the_call_that_came_upon_it_and_nobody_else()
    {
        (ILinkDevice near, ILinkDevice far) = MemoryLink.CreatePair(new());
        using StackHost host = new(new StackHostOptions());
        WatchedDevice device = new(near);
        NetworkInterface networkInterface = host.Attach(device);
        host.AddAddress(networkInterface, IpPrefix.Parse("198.18.0.1/24"));
        using StackSocket receiver = new(host, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(IPAddress.Any, 7));
        using StackSocket sender = new(host, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
        sender.Bind(new IPEndPoint(HostPair.FirstAddress, 0));
        Task<int> receiving = receiver.ReceiveAsync(new byte[10], Ct).AsTask();
        // A broadcast goes to the device and to this host's own socket in one entry.
        device.ThrowsOn = Environment.CurrentManagedThreadId;
        Assert.Throws<InvalidOperationException>(() => sender.SendTo("x"u8, new IPEndPoint(IPAddress.Broadcast, 7)));
        device.ThrowsOn = 0;
        Assert.Equal(1, await receiving.Soon());
        far.Dispose();
    }

    [Fact]
    public async Task A_ping_ends_with_its_host()
    {
        HostPair pair = new();
        Task<PingResult> ping = pair.First.PingAsync(IPAddress.Parse("198.18.0.99"), new PingOptions { Timeout = Timeout.InfiniteTimeSpan }, Ct);
        await pair.First.DisposeAsync().Soon();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ping.Soon());
        pair.Dispose();
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(65536)]
    public void A_linger_time_out_of_range_is_refused_when_it_is_set(int seconds)
    {
        using HostPair pair = new();
        using StackSocket socket = pair.NewTcp();
        Assert.Throws<ArgumentOutOfRangeException>(() => socket.LingerState = new LingerOption(true, seconds));
        Assert.Throws<ArgumentOutOfRangeException>(() => socket.Close(seconds));
        socket.LingerState = new LingerOption(true, 65535);
        Assert.Equal(65535, socket.LingerState.LingerTime);
    }

    /// <summary>Tells when it is disposed, and throws out of Transmit on one thread if it is told to.</summary>
    private sealed class WatchedDevice(ILinkDevice inner) : ILinkDevice
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Disposed => _disposed.Task;

        public volatile int ThrowsOn;

        public LinkDeviceInfo Info => inner.Info;

        public LinkDeviceStatistics Statistics => inner.Statistics;

        public int Receive(ReadOnlySpan<PacketBuffer> buffers) => inner.Receive(buffers);

        public void WaitForFrames(TimeSpan timeout) => inner.WaitForFrames(timeout);

        public void Wake() => inner.Wake();

        public int Transmit(ReadOnlySpan<TransmitFrame> frames)
        {
            if (ThrowsOn != Environment.CurrentManagedThreadId) return inner.Transmit(frames);
            foreach (TransmitFrame frame in frames) frame.Release();
            throw new InvalidOperationException("The driver fails.");
        }

        public void Dispose()
        {
            inner.Dispose();
            _disposed.TrySetResult();
        }
    }
}
