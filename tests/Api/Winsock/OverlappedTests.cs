using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using StackSharp.Winsock;
using Xunit;
using static StackSharp.Tests.Api.Winsock.WinsockPair;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Tests.Api.Winsock;

/// <summary>Calls that complete later: when they do, with what, and how they end otherwise.</summary>
public sealed class OverlappedTests
{
    private const nuint StatusPending = 0x103;
    private const nuint StatusCancelled = 0xC0000120;

    [Fact]
    public void A_receive_is_pending_until_there_is_something_and_then_tells_how_much()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        byte[] buffer = new byte[16];
        WSAOVERLAPPED overlapped = new();
        Pends(Receive(pair.Second, server, buffer, overlapped));
        Assert.Equal(StatusPending, overlapped.Internal);
        Assert.False(HasOverlappedIoCompleted(overlapped));
        Assert.False(pair.Second.WSAGetOverlappedResult(server, overlapped, out _, fWait: false, out _));
        Assert.Equal(WSA_IO_INCOMPLETE, WSAGetLastError());
        Assert.Equal(5, pair.First.send(client, "hello"u8, 0));
        Assert.Equal(5u, Result(pair.Second, server, overlapped));
        Assert.Equal("hello"u8, buffer.AsSpan(0, 5));
        Assert.Equal(((nuint)0, (nuint)5), (overlapped.Internal, overlapped.InternalHigh));
        Assert.True(HasOverlappedIoCompleted(overlapped));
    }

    [Fact]
    public void What_is_there_already_is_received_at_once()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        pair.First.send(client, "hello"u8, 0);
        Within.Happens(() => Available(pair.Second, server) == 5);
        WSAOVERLAPPED overlapped = new();
        byte[] buffer = new byte[16];
        int flags = 0;
        Assert.Equal(0, pair.Second.WSARecv(server, [new WSABUF(buffer)], out uint received, ref flags, overlapped));
        Assert.Equal((5u, 0), (received, WSAGetLastError()));
        Assert.Equal(5u, Result(pair.Second, server, overlapped));
    }

    [Fact]
    public void Receives_are_served_in_the_order_in_which_they_were_made()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        byte[][] buffers = [new byte[16], new byte[16]];
        WSAOVERLAPPED[] calls = [new(), new()];
        for (int i = 0; i < 2; i++) Pends(Receive(pair.Second, server, buffers[i], calls[i]));
        byte[] sent = new byte[32];
        new Random(1).NextBytes(sent);
        Assert.Equal(32, pair.First.send(client, sent, 0));
        for (int i = 0; i < 2; i++) Assert.Equal(16u, Result(pair.Second, server, calls[i]));
        Assert.Equal(sent, buffers.SelectMany(buffer => buffer));
    }

    [Fact]
    public void Buffers_are_gathered_and_filled_in_their_order()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        byte[][] parts = [new byte[3], new byte[4], new byte[8]];
        WSAOVERLAPPED receive = new();
        int flags = 0;
        Pends(pair.Second.WSARecv(server, [new WSABUF(parts[0]), new WSABUF(parts[1]) { len = 2 }, new WSABUF(parts[2])], out _, ref flags, receive));
        Assert.Equal(0, pair.First.WSASend(client, [new WSABUF("abcd"u8.ToArray()), new WSABUF("efgh"u8.ToArray())], out uint sent, 0, null));
        Assert.Equal(8u, sent);
        Assert.Equal(8u, Result(pair.Second, server, receive));
        Assert.Equal("abc"u8, parts[0]);
        Assert.Equal("de\0\0"u8, parts[1]);
        Assert.Equal("fgh\0\0\0\0\0"u8, parts[2]);
        Assert.Equal(0, pair.First.WSASend(client, [new WSABUF("12"u8.ToArray()), new WSABUF("3"u8.ToArray())], out sent, 0, new WSAOVERLAPPED()));
        Assert.Equal(3u, sent);
        Within.Happens(() => Available(pair.Second, server) == 3);
        Assert.Equal(0, pair.Second.WSARecv(server, [new WSABUF(parts[0]) { len = 1 }, new WSABUF(parts[1])], out uint received, ref flags, null));
        Assert.Equal((3u, (byte)'1', (byte)'2', (byte)'3'), (received, parts[0][0], parts[1][0], parts[1][1]));
    }

    [Fact]
    public void An_empty_receive_waits_for_something_to_read_and_leaves_it()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        WSAOVERLAPPED overlapped = new();
        Pends(Receive(pair.Second, server, [], overlapped));
        pair.First.send(client, "x"u8, 0);
        Assert.Equal(0u, Result(pair.Second, server, overlapped));
        Assert.Equal(1u, Available(pair.Second, server));
    }

    [Fact]
    public void The_end_of_the_stream_completes_a_receive_with_nothing()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        WSAOVERLAPPED overlapped = new();
        Pends(Receive(pair.Second, server, new byte[4], overlapped));
        pair.First.shutdown(client, SD_SEND);
        Assert.Equal(0u, Result(pair.Second, server, overlapped));
    }

    [Fact]
    public void Waiting_for_all_completes_with_the_last_octet_or_the_end()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        byte[] buffer = new byte[6];
        WSAOVERLAPPED overlapped = new();
        int flags = MSG_WAITALL;
        Pends(pair.Second.WSARecv(server, [new WSABUF(buffer)], out _, ref flags, overlapped));
        pair.First.send(client, "abc"u8, 0);
        pair.First.send(client, "def"u8, 0);
        Assert.Equal(6u, Result(pair.Second, server, overlapped));
        Assert.Equal("abcdef"u8, buffer);
        flags = MSG_WAITALL;
        Pends(pair.Second.WSARecv(server, [new WSABUF(buffer)], out _, ref flags, overlapped));
        pair.First.send(client, "gh"u8, 0);
        pair.First.closesocket(client);
        Assert.Equal(2u, Result(pair.Second, server, overlapped));
    }

    [Fact]
    public void A_send_is_pending_while_there_is_no_room_and_completes_as_a_whole()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        byte[] data = new byte[8 << 20];
        new Random(3).NextBytes(data);
        WSAOVERLAPPED first = new();
        WSAOVERLAPPED second = new();
        Pends(pair.First.WSASend(client, [new WSABUF(data)], out _, 0, first));
        Pends(pair.First.WSASend(client, [new WSABUF("end"u8.ToArray())], out _, 0, second));
        byte[] received = new byte[data.Length + 3];
        Assert.Equal(received.Length, Within.Run(() => pair.Second.recv(server, received, MSG_WAITALL)));
        Assert.Equal((uint)data.Length, Result(pair.First, client, first));
        Assert.Equal(3u, Result(pair.First, client, second));
        Assert.True(received.AsSpan().SequenceEqual([.. data, .. "end"u8]));
    }

    [Fact]
    public void Closing_the_socket_aborts_what_is_under_way()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        WSAOVERLAPPED receive = new();
        WSAOVERLAPPED send = new();
        Pends(Receive(pair.First, client, new byte[4], receive));
        Pends(pair.First.WSASend(client, [new WSABUF(new byte[8 << 20])], out _, 0, send));
        Assert.Equal(0, pair.First.closesocket(client));
        Within.Happens(() => HasOverlappedIoCompleted(receive) && HasOverlappedIoCompleted(send));
        Assert.Equal((StatusCancelled, StatusCancelled), (receive.Internal, send.Internal));
        Assert.False(pair.First.WSAGetOverlappedResult(client, receive, out _, false, out _));
        Assert.Equal(WSAENOTSOCK, WSAGetLastError());
    }

    [Fact]
    public void One_call_or_all_can_be_canceled()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        WSAOVERLAPPED[] calls = [new(), new(), new()];
        byte[][] buffers = [new byte[4], new byte[4], new byte[4]];
        for (int i = 0; i < 3; i++) Pends(Receive(pair.Second, server, buffers[i], calls[i]));
        Assert.True(pair.Second.CancelIoEx(server, calls[1]));
        Aborted(pair.Second, server, calls[1]);
        Assert.False(pair.Second.CancelIoEx(server, calls[1]));
        Assert.Equal(ERROR_NOT_FOUND, WSAGetLastError());
        Assert.False(pair.Second.CancelIoEx(server, new WSAOVERLAPPED()));
        pair.First.send(client, "abcd"u8, 0);
        Assert.Equal(4u, Result(pair.Second, server, calls[0]));   // The others did not lose their places.
        Assert.Equal("abcd"u8, buffers[0]);
        Assert.True(pair.Second.CancelIoEx(server, null));
        Aborted(pair.Second, server, calls[2]);
        Assert.False(pair.Second.CancelIoEx(server, null));
        Assert.False(pair.Second.CancelIoEx(new HANDLE(4), null));
        Assert.Equal(ERROR_INVALID_HANDLE, WSAGetLastError());
    }

    [Fact]
    public void A_reset_fails_what_is_under_way()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        WSAOVERLAPPED overlapped = new();
        Pends(Receive(pair.Second, server, new byte[4], overlapped));
        Assert.Equal(0, pair.First.setsockopt(client, SOL_SOCKET, SO_LINGER, new LINGER { l_onoff = 1 }));
        pair.First.closesocket(client);
        Assert.False(pair.Second.WSAGetOverlappedResult(server, overlapped, out _, true, out _));
        Assert.Equal(WSAECONNRESET, WSAGetLastError());
        Fails(WSAECONNRESET, Receive(pair.Second, server, new byte[4], overlapped));   // At once, and nobody is told.
    }

    [Fact]
    public void A_datagram_comes_with_its_sender_and_is_cut_to_the_buffer()
    {
        using WinsockPair pair = new();
        (SOCKET near, SOCKET far, sockaddr_in farAddress) = Datagrams(pair);
        byte[] buffer = new byte[4];
        Memory<byte> from = new byte[16];
        StrongBox<int> fromLength = new(16);
        WSAOVERLAPPED overlapped = new();
        int flags = 0;
        Pends(pair.Second.WSARecvFrom(far, [new WSABUF(buffer)], out _, ref flags, from, fromLength, overlapped));
        byte[] to = AddressOf(farAddress);
        Assert.Equal(0, pair.First.WSASendTo(near, [new WSABUF("ab"u8.ToArray()), new WSABUF("cd"u8.ToArray())], out uint sent, 0, to, new WSAOVERLAPPED()));
        Assert.Equal(4u, sent);
        Assert.Equal(4u, Result(pair.Second, far, overlapped));
        Assert.Equal("abcd"u8, buffer);
        Assert.Equal(16, fromLength.Value);
        Assert.Equal(FirstAddress, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(from.Span[4..]));

        Pends(pair.Second.WSARecvFrom(far, [new WSABUF(buffer)], out _, ref flags, default, null, overlapped));
        Assert.Equal(0, pair.First.WSASendTo(near, [new WSABUF("longer"u8.ToArray())], out _, 0, to, null));
        Assert.False(pair.Second.WSAGetOverlappedResult(far, overlapped, out uint received, true, out _));
        Assert.Equal((WSAEMSGSIZE, 4u), (WSAGetLastError(), received));
        Assert.Equal("long"u8, buffer);
        fromLength.Value = 8;
        Fails(WSAEFAULT, pair.Second.WSARecvFrom(far, [new WSABUF(buffer)], out _, ref flags, from, fromLength, overlapped));
    }

    [Fact]
    public async Task A_socket_that_is_not_overlapped_waits_and_completes_at_once()
    {
        using WinsockPair pair = new();
        SOCKET listener = pair.Listen(out sockaddr_in at);
        SOCKET client = pair.First.WSASocketW(AF_INET, SOCK_STREAM, 0, null, 0, 0);
        Assert.Equal(0, pair.First.connect(client, at));
        SOCKET server = pair.Second.accept(listener);
        WSAOVERLAPPED overlapped = new();
        Task<int> receive = Within.StartWaiting(() => Receive(pair.First, client, new byte[4], overlapped));
        pair.Second.send(server, "abc"u8, 0);
        Assert.Equal(0, await receive.Soon());
        Assert.Equal(3u, Result(pair.First, client, overlapped));
    }

    [Fact]
    public void The_call_s_event_is_reset_when_it_begins_and_signalled_when_it_has_ended()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        WSAEVENT done = pair.Second.WSACreateEvent();
        Assert.True(pair.Second.WSASetEvent(done));
        HANDLE port = pair.Second.CreateIoCompletionPort(server, HANDLE.NULL, 1, 0);
        WSAOVERLAPPED overlapped = new() { hEvent = WithoutPacket(done) };
        Pends(Receive(pair.Second, server, new byte[4], overlapped));
        Assert.Equal(WSA_WAIT_TIMEOUT, pair.Second.WSAWaitForMultipleEvents([done], false, 10, false));
        pair.First.send(client, "x"u8, 0);
        Assert.Equal(WSA_WAIT_EVENT_0, pair.Second.WSAWaitForMultipleEvents([done], false, 10_000, false));
        Assert.Equal(1u, Result(pair.Second, server, overlapped));
        Assert.False(pair.Second.GetQueuedCompletionStatus(port, out _, out _, out _, 0));   // The event stands for it.
        overlapped.hEvent = done;
        Assert.Equal(0, pair.Second.WSASend(server, [new WSABUF(new byte[2])], out _, 0, overlapped));
        Assert.Equal(WSA_WAIT_EVENT_0, pair.Second.WSAWaitForMultipleEvents([done], false, 0, false));
        Assert.True(pair.Second.GetQueuedCompletionStatus(port, out _, out _, out _, 0));
        overlapped.hEvent = 4;
        Fails(WSA_INVALID_HANDLE, Receive(pair.Second, server, new byte[4], overlapped));
    }

    [Fact]
    public void Wrong_arguments_begin_nothing()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        WSAOVERLAPPED busy = new();
        Pends(Receive(pair.Second, server, new byte[4], busy));
        int flags = 0;
        Fails(WSAEINVAL, Receive(pair.Second, server, new byte[4], busy));
        Fails(WSAEINVAL, pair.Second.WSARecv(server, [], out _, ref flags, new WSAOVERLAPPED()));
        Fails(WSAEINVAL, pair.Second.WSASend(server, [], out _, 0, null));
        Fails(WSAEINVAL, pair.Second.WSASendTo(server, [], out _, 0, default, null));
        Fails(WSAEINVAL, pair.Second.WSARecvFrom(server, [], out _, ref flags, default, null, null));
        foreach (WSAOVERLAPPED? overlapped in (WSAOVERLAPPED?[])[null, new WSAOVERLAPPED()])
        {
            WSABUF tooLong = new(new byte[4]) { len = 5 };
            Fails(WSAEFAULT, pair.Second.WSARecv(server, [tooLong], out _, ref flags, overlapped));
            Fails(WSAEFAULT, pair.Second.WSASend(server, [tooLong], out _, 0, overlapped));
            Fails(WSAENOTSOCK, Receive(pair.Second, 4, new byte[4], overlapped));
            Fails(WSAENOTSOCK, pair.Second.WSASend(4, [new WSABUF(new byte[1])], out _, 0, overlapped));
            Fails(WSAEOPNOTSUPP, pair.Second.WSASend(server, [new WSABUF(new byte[1])], out _, MSG_PARTIAL, overlapped));
        }

        SOCKET unconnected = pair.Second.socket(AF_INET, SOCK_STREAM, 0);
        WSAOVERLAPPED unused = new();
        Fails(WSAENOTCONN, Receive(pair.Second, unconnected, new byte[4], unused));
        Fails(WSAENOTCONN, pair.Second.WSASend(unconnected, [new WSABUF(new byte[1])], out _, 0, unused));
        SOCKET unbound = pair.Second.socket(AF_INET, SOCK_DGRAM, 0);
        Fails(WSAEINVAL, Receive(pair.Second, unbound, new byte[4], unused));
        Assert.False(pair.Second.WSAGetOverlappedResult(server, null, out _, false, out _));
        Assert.Equal(WSA_INVALID_PARAMETER, WSAGetLastError());
        Assert.True(pair.Second.CancelIoEx(server, busy));
        Assert.Equal(4, pair.First.send(client, "fine"u8, 0));
    }

    private static (SOCKET Near, SOCKET Far, sockaddr_in FarAddress) Datagrams(WinsockPair pair)
    {
        SOCKET near = pair.First.socket(AF_INET, SOCK_DGRAM, 0);
        SOCKET far = pair.Second.socket(AF_INET, SOCK_DGRAM, 0);
        Assert.Equal(0, pair.Second.bind(far, WinsockApi.Address(INADDR_ANY, 0)));
        Assert.Equal(0, pair.Second.getsockname(far, out sockaddr_in bound));
        return (near, far, WinsockApi.Address(SecondAddress, ntohs(bound.sin_port)));
    }

    private static byte[] AddressOf(sockaddr_in address) => System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<sockaddr_in>(in address)).ToArray();

    private static int Receive(WinsockApi api, SOCKET s, byte[] buffer, WSAOVERLAPPED? overlapped)
    {
        int flags = 0;
        return api.WSARecv(s, [new WSABUF(buffer)], out _, ref flags, overlapped);
    }

    private static void Pends(int result) => Fails(WSA_IO_PENDING, result);

    private static uint Result(WinsockApi api, SOCKET s, WSAOVERLAPPED overlapped) => Within.Run(() =>
    {
        bool isGood = api.WSAGetOverlappedResult(s, overlapped, out uint transferred, fWait: true, out uint flags);
        Assert.Equal((true, 0, 0u), (isGood, WSAGetLastError(), flags));
        return transferred;
    });

    private static void Aborted(WinsockApi api, SOCKET s, WSAOVERLAPPED overlapped)
    {
        Assert.False(api.WSAGetOverlappedResult(s, overlapped, out uint transferred, fWait: true, out _));
        Assert.Equal((WSA_OPERATION_ABORTED, 0u, StatusCancelled), (WSAGetLastError(), transferred, overlapped.Internal));
    }

    private static uint Available(WinsockApi api, SOCKET s)
    {
        uint count = 0;
        Assert.Equal(0, api.ioctlsocket(s, FIONREAD, ref count));
        return count;
    }
}
