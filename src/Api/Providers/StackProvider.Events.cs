using System.Runtime.CompilerServices;
using StackSharp.Hosting;
using StackSharp.Spi;
using StackSharp.Winsock;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Providers;

/// <content>WSAEventSelect.</content>
public sealed partial class StackProvider
{
    public int WSPEventSelect(SOCKET s, WSAEVENT hEventObject, int lNetworkEvents, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        EventObject? chosen = lNetworkEvents == 0 ? null : _upcalls!.WPUQueryEvent(hEventObject, out _);
        if ((lNetworkEvents & ~FD_ALL_EVENTS) != 0 || (lNetworkEvents != 0 && chosen is null))
        {
            error = WSAEINVAL;
            return SOCKET_ERROR;
        }
        socket.IsNonBlocking = true;
        Select(socket, chosen, lNetworkEvents);
        return 0;
    }

    public int WSPEnumNetworkEvents(SOCKET s, WSAEVENT hEventObject, ref WSANETWORKEVENTS lpNetworkEvents, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        EventObject? reset = hEventObject == WSAEVENT.WSA_INVALID_EVENT ? null : _upcalls!.WPUQueryEvent(hEventObject, out _);
        if (Unsafe.IsNullRef(ref lpNetworkEvents)) error = WSAEFAULT;
        else if (reset is null && hEventObject != WSAEVENT.WSA_INVALID_EVENT) error = WSAEINVAL;
        if (error != 0) return SOCKET_ERROR;
        if (socket.Events is { } events)
        {
            events.Take(ref lpNetworkEvents, reset);
            return 0;
        }
        lpNetworkEvents.lNetworkEvents = 0;
        reset?.Reset();
        return 0;
    }

    private void InheritEvents(ProviderSocket listener, ProviderSocket accepted)
    {
        if (listener.Events is not { } events) return;
        using (StackHost.Entry entered = host.EnterAnyway())
        {
            if (events.IsSelected) (accepted.Events = new NetworkEvents(accepted)).Select(events.Event, events.Mask, ref entered.Completions);
        }
        events.OnAccepted();
    }

    private void Select(ProviderSocket socket, EventObject? chosen, int mask)
    {
        using StackHost.Entry entered = host.EnterAnyway();
        (socket.Events ??= new NetworkEvents(socket)).Select(chosen, mask, ref entered.Completions);
    }
}
