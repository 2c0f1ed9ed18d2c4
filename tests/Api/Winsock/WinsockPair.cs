using StackSharp.Winsock;
using Xunit;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Tests.Api.Winsock;

/// <summary>Winsock on each of two hosts, started.</summary>
internal sealed class WinsockPair : IDisposable
{
    public const uint FirstAddress = 0xC6120001;
    public const uint SecondAddress = 0xC6120002;
    private readonly HostPair _hosts = new();

    public WinsockPair()
    {
        First = new WinsockApi(_hosts.First);
        Second = new WinsockApi(_hosts.Second);
        Assert.Equal(0, First.WSAStartup(0x0202, new WSADATA()));
        Assert.Equal(0, Second.WSAStartup(0x0202, new WSADATA()));
    }

    public WinsockApi First { get; }

    public WinsockApi Second { get; }

    /// <summary>A listening socket of the second host.</summary>
    public SOCKET Listen(out sockaddr_in at)
    {
        SOCKET listener = Second.socket(AF_INET, SOCK_STREAM, 0);
        Assert.Equal(0, Second.bind(listener, WinsockApi.Address(INADDR_ANY, 0)));
        Assert.Equal(0, Second.listen(listener, SOMAXCONN));
        Assert.Equal(0, Second.getsockname(listener, out sockaddr_in bound));
        at = WinsockApi.Address(SecondAddress, ntohs(bound.sin_port));
        return listener;
    }

    /// <summary>A connection: the first host's end and the second's.</summary>
    public (SOCKET Client, SOCKET Server) Connect()
    {
        SOCKET listener = Listen(out sockaddr_in at);
        SOCKET client = First.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
        Assert.Equal(0, First.connect(client, at));
        SOCKET server = Second.accept(listener);
        Assert.NotEqual(SOCKET.INVALID_SOCKET, server);
        Assert.Equal(0, Second.closesocket(listener));
        return (client, server);
    }

    public static void Fails(int error, int result)
    {
        int last = WSAGetLastError();
        Assert.Equal((SOCKET_ERROR, error), (result, last));
    }

    public static void Fails(int error, SOCKET result)
    {
        int last = WSAGetLastError();
        Assert.Equal((SOCKET.INVALID_SOCKET, error), (result, last));
    }

    public static void NonBlocking(WinsockApi api, SOCKET s)
    {
        uint on = 1;
        Assert.Equal(0, api.ioctlsocket(s, FIONBIO, ref on));
    }

    public void Dispose()
    {
        _ = First.WSACleanup();
        _ = Second.WSACleanup();
        _hosts.Dispose();
    }
}
