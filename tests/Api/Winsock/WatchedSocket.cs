using StackSharp.Winsock;
using Xunit;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Tests.Api.Winsock;

/// <summary>A socket with an event object of its own that network events signal.</summary>
internal sealed class WatchedSocket
{
    private readonly WinsockApi _api;

    /// <param name="mask">0: nothing is selected, but the event is there to be reset.</param>
    public WatchedSocket(WinsockApi api, SOCKET socket, int mask)
    {
        _api = api;
        Socket = socket;
        Event = api.WSACreateEvent();
        if (mask != 0) Assert.Equal(0, api.WSAEventSelect(socket, Event, mask));
    }

    public SOCKET Socket { get; }

    public WSAEVENT Event { get; }

    public bool IsSignalled => _api.WSAWaitForMultipleEvents([Event], true, 0, false) == WSA_WAIT_EVENT_0;

    /// <summary>Waits until the events have come, in one piece or several, and no others.</summary>
    public void Tells(int events, int error = 0)
    {
        int told = 0;
        int lastError = 0;
        while ((told & events) != events)
        {
            Assert.Equal(WSA_WAIT_EVENT_0, _api.WSAWaitForMultipleEvents([Event], true, (uint)Within.Limit.TotalMilliseconds, false));
            WSANETWORKEVENTS taken = Take();
            told |= taken.lNetworkEvents;
            for (int bit = 0; bit < FD_MAX_EVENTS; bit++)
                if ((taken.lNetworkEvents & (1 << bit)) != 0 && taken.iErrorCode[bit] != 0) lastError = taken.iErrorCode[bit];
        }
        Assert.Equal((events, error), (told, lastError));
    }

    /// <summary>Nothing has been signalled, and nothing recorded that the mask names.</summary>
    public void TellsNothing() => Assert.Equal((false, 0), (IsSignalled, Take().lNetworkEvents));

    public WSANETWORKEVENTS Take()
    {
        WSANETWORKEVENTS taken = default;
        Assert.Equal(0, _api.WSAEnumNetworkEvents(Socket, Event, ref taken));
        return taken;
    }
}
