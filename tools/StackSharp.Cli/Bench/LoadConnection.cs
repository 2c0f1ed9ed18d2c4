using System.Net.Sockets;
using StackSharp.Cli.Services;

namespace StackSharp.Cli.Bench;

/// <summary>What one thread of the load generator does.</summary>
internal sealed class LoadConnection(LoadRun run, ILoadNetwork network, int number)
{
    /// <summary>Octets of a request, and of the response.</summary>
    public const int MessageBytes = 64;

    private const int BulkBytes = 256 << 10;
    private static readonly int MostDatagramAttempts = (int)(LoadRun.Patience / LoadRun.DatagramPatience);

    private volatile ILoadSocket? _socket;
    private volatile bool _isAborted;

    /// <summary>The run has been told that this connection works.</summary>
    public bool IsOpen { get; private set; }

    public void Run(WorkKind kind)
    {
        switch (kind)
        {
            case WorkKind.ServerSends: Receive(); break;
            case WorkKind.ServerReceives: Send(); break;
            case WorkKind.Request: Exchange(); break;
            case WorkKind.ConnectRequestClose: ConnectAndExchange(); break;
            case WorkKind.DatagramRequest: ExchangeDatagrams(); break;
        }
    }

    /// <summary>Ends the call that is under way, and the connection with it. Any thread.</summary>
    public void Abort()
    {
        _isAborted = true;
        _socket?.Dispose();
    }

    private ILoadSocket Connect(SocketType type, int port)
    {
        ILoadSocket socket = network.Open(type);
        try
        {
            _socket = socket;
            ObjectDisposedException.ThrowIf(_isAborted, this);   // Whoever aborted may not have seen the socket.
            socket.Connect(port);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Receive()
    {
        byte[] buffer = new byte[BulkBytes];
        using ILoadSocket socket = Connect(SocketType.Stream, TcpChargen.Port);
        Repeat(() => NotZero(socket.Receive(buffer)));
    }

    private void Send()
    {
        byte[] buffer = new byte[BulkBytes];
        using ILoadSocket socket = Connect(SocketType.Stream, TcpDiscard.Port);
        Repeat(() => socket.Send(buffer));
    }

    private void Exchange()
    {
        byte[] message = new byte[MessageBytes];
        using ILoadSocket socket = Connect(SocketType.Stream, TcpEcho.Port);
        Repeat(() => Exchange(socket, message));
    }

    private void ConnectAndExchange()
    {
        byte[] message = new byte[MessageBytes];
        Repeat(() =>
        {
            using ILoadSocket socket = Connect(SocketType.Stream, TcpEcho.Port);
            return Exchange(socket, message);
        });
    }

    private void ExchangeDatagrams()
    {
        byte[] message = new byte[MessageBytes];
        using ILoadSocket socket = Connect(SocketType.Dgram, TcpEcho.Port);
        Repeat(() => ExchangeDatagram(socket, message));
    }

    /// <summary>Until the time is up; it begins once each connection has done one step, so that opening does not count.</summary>
    /// <param name="step">Returns what to count.</param>
    private void Repeat(Func<int> step)
    {
        step();
        IsOpen = true;
        run.SignalOpen();
        while (!run.IsEnding) run.Count(number, step());
    }

    private static int ExchangeDatagram(ILoadSocket socket, byte[] message)
    {
        for (int attempt = 1; ; attempt++)
        {
            socket.Send(message);
            try
            {
                NotZero(socket.Receive(message));
                return 1;
            }
            catch (SocketException lost) when (lost.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock && attempt < MostDatagramAttempts)
            {
                // Datagrams may get lost: another one takes its place.
            }
        }
    }

    private static int Exchange(ILoadSocket socket, byte[] message)
    {
        for (int sent = 0; sent < message.Length;) sent += socket.Send(message.AsSpan(sent));
        for (int received = 0; received < message.Length;) received += NotZero(socket.Receive(message.AsSpan(received)));
        return 1;
    }

    // The server closes nothing by itself: an early end is a failure.
    private static int NotZero(int octets) => octets > 0 ? octets : throw new SocketException((int)SocketError.ConnectionReset);
}
