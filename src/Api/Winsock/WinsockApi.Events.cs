using StackSharp.Spi;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Winsock;

/// <content>Event objects, and the network events that signal them.</content>
public sealed partial class WinsockApi
{
    private readonly Lock _eventLock = new();

    /// <summary>A new event object, not signalled. Once signalled it stays so until it is reset.</summary>
    /// <returns>WSA_INVALID_EVENT with WSANOTINITIALISED.</returns>
    /// <remarks>WSACleanup leaves event objects alone.</remarks>
    public WSAEVENT WSACreateEvent()
    {
        if (!IsStarted) return WSAEVENT.WSA_INVALID_EVENT;
        LastError.Value = 0;
        return _handles.Add(new EventObject(_eventLock));
    }

    /// <returns>False with WSA_INVALID_HANDLE, WSANOTINITIALISED.</returns>
    /// <remarks>Ours, undefined on Windows: a wait under way for the event fails with WSA_INVALID_HANDLE. Sockets that were to signal it do so no more.</remarks>
    public bool WSACloseEvent(WSAEVENT hEvent)
    {
        if (!IsStarted) return false;
        int result = ((ITransportUpcalls)this).WPUCloseEvent(hEvent, out int error);
        return Finish(result, error) == 0;
    }

    /// <returns>False with WSA_INVALID_HANDLE, WSANOTINITIALISED.</returns>
    public bool WSASetEvent(WSAEVENT hEvent)
    {
        if (!IsStarted) return false;
        int result = ((ITransportUpcalls)this).WPUSetEvent(hEvent, out int error);
        return Finish(result, error) == 0;
    }

    /// <returns>False with WSA_INVALID_HANDLE, WSANOTINITIALISED.</returns>
    public bool WSAResetEvent(WSAEVENT hEvent)
    {
        if (!IsStarted) return false;
        int result = ((ITransportUpcalls)this).WPUResetEvent(hEvent, out int error);
        return Finish(result, error) == 0;
    }

    /// <summary>Waits for one or all of several events.</summary>
    /// <param name="lphEvents">1 to WSA_MAXIMUM_WAIT_EVENTS.</param>
    /// <param name="fWaitAll">Until all of them are signalled at one time.</param>
    /// <param name="dwTimeout">Milliseconds; 0: look only; WSA_INFINITE: no limit.</param>
    /// <param name="fAlertable">Completion routines may run meanwhile, and end the wait with WSA_WAIT_IO_COMPLETION. There are none yet.</param>
    /// <returns>WSA_WAIT_EVENT_0 + the lowest index of those signalled, or just WSA_WAIT_EVENT_0 if it waits for all; WSA_WAIT_TIMEOUT; WSA_WAIT_FAILED with
    /// WSA_INVALID_PARAMETER: none or too many, or one twice where all are waited for; WSA_INVALID_HANDLE: no event, or closed meanwhile; WSANOTINITIALISED.</returns>
    public uint WSAWaitForMultipleEvents(ReadOnlySpan<WSAEVENT> lphEvents, bool fWaitAll, uint dwTimeout, bool fAlertable)
    {
        _ = fAlertable;
        if (!IsStarted) return WSA_WAIT_FAILED;
        if (lphEvents.Length is 0 or > WSA_MAXIMUM_WAIT_EVENTS) return FailWait(WSA_INVALID_PARAMETER);
        EventWaiter waiter = EventWaiter.Current;
        int error = 0;
        foreach (WSAEVENT handle in lphEvents)
        {
            if (_handles.Find(handle) is not { } one) error = WSA_INVALID_HANDLE;
            else if (fWaitAll && waiter.Contains(one)) error = WSA_INVALID_PARAMETER;
            else
            {
                waiter.Add(one);
                continue;
            }
            waiter.Clear();
            return FailWait(error);
        }
        int outcome = waiter.Wait(fWaitAll, dwTimeout);
        if (outcome == EventWaiter.Closed) return FailWait(WSA_INVALID_HANDLE);
        LastError.Value = 0;
        return outcome == EventWaiter.TimedOut ? WSA_WAIT_TIMEOUT : WSA_WAIT_EVENT_0 + (uint)outcome;
    }

    /// <summary>Has the event object signalled when one of the network events happens, and makes the socket non-blocking. What is the case already is signalled at once.
    /// Replaces an earlier selection; 0 ends it, and the socket stays non-blocking. Accepted sockets start with their listener's.</summary>
    /// <param name="lNetworkEvents">FD_READ, FD_WRITE, ... What this stack does not report (QoS, changes of addresses and routes) may be named.</param>
    /// <returns>SOCKET_ERROR with WSAENOTSOCK; WSAEINVAL: no event object, or bits that are no network events.</returns>
    public int WSAEventSelect(SOCKET s, WSAEVENT hEventObject, int lNetworkEvents) =>
        ProviderOf(s) is { } provider ? Finish(provider.WSPEventSelect(s, hEventObject, lNetworkEvents, out int error), error) : SOCKET_ERROR;

    /// <summary>Takes over the network events that have happened since the last call, and the error of each.</summary>
    /// <param name="hEventObject">Is reset in the same moment; WSA_INVALID_EVENT: none is.</param>
    /// <param name="lpNetworkEvents">A null reference is the NULL pointer.</param>
    /// <returns>SOCKET_ERROR with WSAENOTSOCK; WSAEFAULT; WSAEINVAL: no event object.</returns>
    public int WSAEnumNetworkEvents(SOCKET s, WSAEVENT hEventObject, ref WSANETWORKEVENTS lpNetworkEvents) =>
        ProviderOf(s) is { } provider ? Finish(provider.WSPEnumNetworkEvents(s, hEventObject, ref lpNetworkEvents, out int error), error) : SOCKET_ERROR;

    WSAEVENT ITransportUpcalls.WPUCreateEvent(out int error)
    {
        error = 0;
        return _handles.Add(new EventObject(_eventLock));
    }

    int ITransportUpcalls.WPUCloseEvent(WSAEVENT hEvent, out int error)
    {
        EventObject? closed = _handles.Remove(hEvent);
        closed?.Close();
        return ForEvent(closed, out error);
    }

    int ITransportUpcalls.WPUSetEvent(WSAEVENT hEvent, out int error)
    {
        EventObject? one = _handles.Find(hEvent);
        one?.Set();
        return ForEvent(one, out error);
    }

    int ITransportUpcalls.WPUResetEvent(WSAEVENT hEvent, out int error)
    {
        EventObject? one = _handles.Find(hEvent);
        one?.Reset();
        return ForEvent(one, out error);
    }

    EventObject? ITransportUpcalls.WPUQueryEvent(WSAEVENT hEvent, out int error)
    {
        EventObject? one = _handles.Find(hEvent);
        _ = ForEvent(one, out error);
        return one;
    }

    private static int ForEvent(EventObject? one, out int error)
    {
        error = one is null ? WSA_INVALID_HANDLE : 0;
        return one is null ? SOCKET_ERROR : 0;
    }

    private static uint FailWait(int error)
    {
        LastError.Value = error;
        return WSA_WAIT_FAILED;
    }
}
