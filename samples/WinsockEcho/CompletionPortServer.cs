using System.Collections.Concurrent;
using System.ComponentModel;
using StackSharp.Winsock;
using static StackSharp.Winsock.Ws2_32;

namespace WinsockEcho;

/// <summary>The server that scales: every socket on one completion port, a few threads that wait there, and accepting overlapped like everything else.</summary>
/// <remarks>A socket is used again: DisconnectEx makes it fit for another AcceptEx.</remarks>
public sealed class CompletionPortServer : IEchoServer
{
    private const int Threads = 2;
    private const int AcceptsAhead = 4;
    private const nuint StopKey = 1;
    private readonly HANDLE _port;
    private readonly SOCKET _listener;
    private readonly List<Connection> _connections = [];
    private readonly ConcurrentStack<Connection> _free = new();
    private long _echoed;

    /// <exception cref="Win32Exception">Winsock was not started, or the TCP port is taken.</exception>
    public CompletionPortServer(ushort port)
    {
        _listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
        Check(bind(_listener, WinsockApi.Address(INADDR_ANY, port)) == 0);
        Check(listen(_listener, SOMAXCONN) == 0);
        _port = CreateIoCompletionPort(_listener, HANDLE.NULL, 0, Threads);
        for (int i = 0; i < AcceptsAhead; i++) Accept();
    }

    private enum Step
    {
        Accepting,
        Receiving,
        Sending,
        Disconnecting,
    }

    /// <inheritdoc/>
    public long Echoed => Interlocked.Read(ref _echoed);

    /// <inheritdoc/>
    public void Stop()
    {
        for (int i = 0; i < Threads; i++) PostQueuedCompletionStatus(_port, 0, StopKey, null);
    }

    /// <inheritdoc/>
    public void Run()
    {
        Thread[] others = [.. Enumerable.Range(1, Threads - 1).Select(_ => new Thread(Serve))];
        foreach (Thread other in others) other.Start();
        Serve();
        foreach (Thread other in others) other.Join();
    }

    public void Dispose()
    {
        closesocket(_listener);
        foreach (Connection one in _connections) closesocket(one.Socket);
        CloseHandle(_port);
    }

    private void Serve()
    {
        while (true)
        {
            bool isGood = GetQueuedCompletionStatus(_port, out uint octets, out nuint key, out WSAOVERLAPPED? completed, INFINITE);
            if (key == StopKey) return;
            if (completed is not Connection one) throw new Win32Exception(WSAGetLastError());
            if (!isGood) Reuse(one);
            else GoOn(one, octets);
        }
    }

    private void GoOn(Connection one, uint octets)
    {
        switch (one.Step)
        {
            case Step.Accepting:
                setsockopt(one.Socket, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, BitConverter.GetBytes((ulong)_listener.Value));
                Accept();   // Another one ahead in place of this.
                Receive(one);
                break;
            case Step.Receiving when octets > 0:
                Send(one, octets);
                break;
            case Step.Sending:
                Interlocked.Add(ref _echoed, octets);
                Receive(one);
                break;
            case Step.Receiving:
                Reuse(one);
                break;
            case Step.Disconnecting:
                _free.Push(one);
                break;
        }
    }

    private void Accept()
    {
        if (!_free.TryPop(out Connection? one)) one = Add();
        one.Step = Step.Accepting;
        const uint AddressBytes = 16 + 16;
        Begun(AcceptEx(_listener, one.Socket, one.Buffer, 0, AddressBytes, AddressBytes, out _, one));
    }

    private static void Receive(Connection one)
    {
        one.Step = Step.Receiving;
        int flags = 0;
        if (!IsUnderWay(WSARecv(one.Socket, [new WSABUF(one.Buffer)], out _, ref flags, one) == 0)) Reuse(one);
    }

    private static void Send(Connection one, uint octets)
    {
        one.Step = Step.Sending;
        if (!IsUnderWay(WSASend(one.Socket, [new WSABUF(one.Buffer) { len = octets }], out _, 0, one) == 0)) Reuse(one);
    }

    // The end of a connection, in whatever way it came.
    private static void Reuse(Connection one)
    {
        one.Step = Step.Disconnecting;
        if (!IsUnderWay(DisconnectEx(one.Socket, one, TF_REUSE_SOCKET, 0))) closesocket(one.Socket);
    }

    private Connection Add()
    {
        SOCKET s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
        Check(CreateIoCompletionPort(s, _port, 0, 0) != HANDLE.NULL);
        Connection one = new(s);
        lock (_connections) _connections.Add(one);
        return one;
    }

    // Done at once or later: either way the port will tell.
    private static bool IsUnderWay(bool isDone) => isDone || WSAGetLastError() == WSA_IO_PENDING;

    private static void Begun(bool isDone) => Check(IsUnderWay(isDone));

    private static void Check(bool isGood)
    {
        if (!isGood) throw new Win32Exception(WSAGetLastError());
    }

    /// <summary>What C programs put around the structure derives from it here: the port hands it back.</summary>
    private sealed class Connection(SOCKET socket) : WSAOVERLAPPED
    {
        public SOCKET Socket { get; } = socket;

        public byte[] Buffer { get; } = new byte[16 * 1024];

        public Step Step { get; set; }
    }
}
