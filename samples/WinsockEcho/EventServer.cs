using System.ComponentModel;
using StackSharp.Winsock;
using static StackSharp.Winsock.Ws2_32;

namespace WinsockEcho;

/// <summary>The classic of Winsock 2: one thread, an event object for each socket, and WSAWaitForMultipleEvents around them all.</summary>
/// <remarks>It calls what C programs call, by the same names. At most 62 clients at a time: 64 events, less the listener's and the one that stops it.</remarks>
public sealed class EventServer : IEchoServer
{
    private readonly List<Client> _sockets = [];
    private readonly WSAEVENT _stop;
    private readonly byte[] _buffer = new byte[16 * 1024];

    /// <exception cref="Win32Exception">Winsock was not started, or the port is taken.</exception>
    public EventServer(ushort port)
    {
        _stop = WSACreateEvent();
        SOCKET listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
        Check(bind(listener, WinsockApi.Address(INADDR_ANY, port)));
        Check(listen(listener, SOMAXCONN));
        Add(listener, FD_ACCEPT);
    }

    /// <inheritdoc/>
    public long Echoed { get; private set; }

    /// <inheritdoc/>
    public void Stop() => WSASetEvent(_stop);

    /// <inheritdoc/>
    public void Run()
    {
        while (true)
        {
            WSAEVENT[] events = [_stop, .. _sockets.Select(one => one.Event)];
            uint signalled = WSAWaitForMultipleEvents(events, fWaitAll: false, WSA_INFINITE, fAlertable: false);
            if (signalled == WSA_WAIT_FAILED) throw new Win32Exception(WSAGetLastError());
            if (signalled == WSA_WAIT_EVENT_0) return;
            Serve(_sockets[(int)(signalled - WSA_WAIT_EVENT_0) - 1]);
        }
    }

    public void Dispose()
    {
        foreach (Client one in _sockets.ToArray()) Remove(one);
        WSACloseEvent(_stop);
    }

    private void Serve(Client one)
    {
        WSANETWORKEVENTS happened = default;
        Check(WSAEnumNetworkEvents(one.Socket, one.Event, ref happened));
        if ((happened.lNetworkEvents & FD_ACCEPT) != 0)
        {
            Accept(one.Socket);
            return;
        }
        if ((happened.lNetworkEvents & FD_CLOSE) != 0) one.IsEnding = true;
        if ((happened.lNetworkEvents & FD_WRITE) != 0 && one.Unsent is { } unsent) Send(one, unsent);
        // Receiving once is enough: FD_READ comes again if something is left. Not so after FD_CLOSE, where only the end stops it.
        // While something waits to be sent nothing is received, which slows the client down rather than filling the memory.
        do
        {
            if (one.IsOpen && one.Unsent is null) Receive(one);
        }
        while (one.IsOpen && one.Unsent is null && one.IsEnding);
    }

    private void Accept(SOCKET listener)
    {
        SOCKET accepted = accept(listener);
        if (accepted == SOCKET.INVALID_SOCKET) return;   // It has gone away again.
        if (_sockets.Count < WSA_MAXIMUM_WAIT_EVENTS - 1) Add(accepted, FD_READ | FD_WRITE | FD_CLOSE);
        else _ = closesocket(accepted);
    }

    private void Receive(Client one)
    {
        int received = recv(one.Socket, _buffer, 0);
        if (received > 0) Send(one, _buffer[..received]);
        else if (received == 0 || WSAGetLastError() != WSAEWOULDBLOCK) Remove(one);
    }

    private void Send(Client one, byte[] octets)
    {
        one.Unsent = null;
        int sent = send(one.Socket, octets, 0);
        if (sent != SOCKET_ERROR) Echoed += sent;
        else if (WSAGetLastError() == WSAEWOULDBLOCK) one.Unsent = octets;   // FD_WRITE says when to go on.
        else Remove(one);
    }

    private void Add(SOCKET s, int networkEvents)
    {
        Client one = new(s, WSACreateEvent());
        Check(WSAEventSelect(s, one.Event, networkEvents));
        _sockets.Add(one);
    }

    private void Remove(Client one)
    {
        _sockets.Remove(one);
        one.IsOpen = false;
        _ = closesocket(one.Socket);
        WSACloseEvent(one.Event);
    }

    private static void Check(int result)
    {
        if (result == SOCKET_ERROR) throw new Win32Exception(WSAGetLastError());
    }

    private sealed record Client(SOCKET Socket, WSAEVENT Event)
    {
        /// <summary>What was received and found no room.</summary>
        public byte[]? Unsent { get; set; }

        /// <summary>The client has finished sending.</summary>
        public bool IsEnding { get; set; }

        public bool IsOpen { get; set; } = true;
    }
}
