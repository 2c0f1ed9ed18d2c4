using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Net;
using Xunit;

namespace StackSharp.Tests.Api.Net;

/// <summary>Socket addresses that do not fit, and memory that is gone when it is needed: a call ends with an error, and takes nothing along.</summary>
public sealed class UnusableMemoryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_socket_address_too_small_is_refused_before_anything_waits()
    {
        using HostPair pair = new();
        using StackSocket receiver = Bound(pair);
        SocketAddress small = new(AddressFamily.InterNetwork, 15);
        Assert.Throws<ArgumentOutOfRangeException>(() => receiver.ReceiveFrom(new byte[10], SocketFlags.None, small));
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = receiver.ReceiveFromAsync(new byte[10], SocketFlags.None, small, Ct).AsTask(); });
        // Nobody waits: the next call gets the datagram.
        using StackSocket sender = pair.NewUdp();
        sender.SendTo("x"u8, receiver.LocalEndPoint!);
        Assert.Equal(1, await receiver.ReceiveAsync(new byte[10], Ct).Soon());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_socket_address_of_another_family_is_overwritten(bool waits)
    {
        using HostPair pair = new();
        using StackSocket receiver = Bound(pair);
        using StackSocket sender = pair.NewUdp();
        sender.Bind(new IPEndPoint(HostPair.FirstAddress, 0));
        SocketAddress address = new(AddressFamily.InterNetworkV6);
        if (!waits) sender.SendTo("x"u8, receiver.LocalEndPoint!);
        if (!waits) Within.Happens(() => receiver.Available > 0);
        Task<int> receiving = receiver.ReceiveFromAsync(new byte[10], SocketFlags.None, address, Ct).AsTask();
        Assert.NotEqual(waits, receiving.IsCompleted);
        if (waits) sender.SendTo("x"u8, receiver.LocalEndPoint!);
        Assert.Equal(1, await receiving.Soon());
        Assert.Equal(AddressFamily.InterNetwork, address.Family);
        Assert.Equal(sender.LocalEndPoint, new IPEndPoint(IPAddress.Any, 0).Create(address));
    }

    [Fact]
    public void Sending_to_a_socket_address_that_names_nobody_is_an_error()
    {
        using HostPair pair = new();
        using StackSocket sender = pair.NewUdp();
        Assert.Equal(SocketError.AddressFamilyNotSupported,
            TcpCloseTests.ErrorOf(() => sender.SendTo("x"u8, SocketFlags.None, new SocketAddress(AddressFamily.InterNetworkV6))));
        Assert.Equal(SocketError.Fault,
            TcpCloseTests.ErrorOf(() => sender.SendTo("x"u8, SocketFlags.None, new SocketAddress(AddressFamily.InterNetwork, 7))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_datagram_that_finds_the_memory_gone_ends_the_call_and_no_other(bool waits)
    {
        using HostPair pair = new();
        using StackSocket receiver = Bound(pair);
        using StackSocket sender = pair.NewUdp();
        using VanishingMemory memory = new(64);
        if (waits)
        {
            ValueTask<int> receiving = receiver.ReceiveAsync(memory.Memory, Ct);
            memory.Vanish();
            sender.SendTo("lost"u8, receiver.LocalEndPoint!);
            await Assert.ThrowsAsync<ObjectDisposedException>(() => receiving.Soon());
        }
        else
        {
            Memory<byte> gone = memory.Memory;
            memory.Vanish();
            Assert.Throws<ObjectDisposedException>(() => { _ = receiver.ReceiveAsync(gone, Ct).AsTask(); });
        }
        sender.SendTo("xyz"u8, receiver.LocalEndPoint!);
        Assert.Equal(3, await receiver.ReceiveAsync(new byte[10], Ct).Soon());
    }

    [Fact]
    public async Task A_stream_that_finds_the_memory_gone_goes_on_with_the_next_call()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket server) = pair.Connect();
        using VanishingMemory memory = new(64);
        ValueTask<int> receiving = server.ReceiveAsync(memory.Memory, Ct);
        memory.Vanish();
        client.Send("lost"u8);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => receiving.Soon());
        client.Send("xyz"u8);
        Assert.Equal(3, await server.ReceiveAsync(new byte[10], Ct).Soon());
        // More than there is room for: the rest is wanted when the peer reads.
        using VanishingMemory large = new(8 << 20);
        ValueTask<int> sending = client.SendAsync(large.Memory, Ct);
        large.Vanish();
        Task<int> reading = Within.Start(() =>
        {
            byte[] buffer = new byte[100_000];
            int total = 0;
            while (server.Receive(buffer) is > 0 and int read)
            {
                total += read;
                if (buffer[read - 1] == (byte)'.') break;
            }
            return total;
        });
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sending.Soon());
        client.Send("."u8);
        Assert.InRange(await reading.Soon(), 2, (8 << 20) - 1);
        client.Dispose();
        server.Dispose();
    }

    private static StackSocket Bound(HostPair pair)
    {
        StackSocket socket = pair.NewUdp(pair.Second);
        socket.Bind(new IPEndPoint(HostPair.SecondAddress, 0));
        return socket;
    }

    /// <summary>Memory whose owner takes it back while somebody uses it.</summary>
    private sealed class VanishingMemory(int length) : MemoryManager<byte>
    {
        private byte[]? _array = new byte[length];

        // Not through the span, which is asked for its length otherwise.
        public override Memory<byte> Memory => CreateMemory(length);

        public void Vanish() => _array = null;

        public override Span<byte> GetSpan() => _array ?? throw new ObjectDisposedException(nameof(VanishingMemory));

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => throw new NotSupportedException();

        protected override void Dispose(bool disposing) => _array = null;
    }
}
