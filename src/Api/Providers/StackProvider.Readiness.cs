using StackSharp.Hosting;
using StackSharp.Winsock;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Providers;

/// <content>select and WSAPoll.</content>
public sealed partial class StackProvider
{
    public int WSPSelect(fd_set? readfds, fd_set? writefds, fd_set? exceptfds, TIMEVAL? timeout, out int error)
    {
        Dictionary<SOCKET, ProviderSocket> sockets = [];
        error = 0;
        foreach (SOCKET handle in (readfds?.fd_array ?? []).Concat(writefds?.fd_array ?? []).Concat(exceptfds?.fd_array ?? []))
        {
            if (Find(handle, out error) is not { } socket) return SOCKET_ERROR;
            sockets[handle] = socket;
        }
        if (timeout is { tv_sec: < 0 } or { tv_usec: < 0 })
        {
            error = WSAEINVAL;
            return SOCKET_ERROR;
        }
        Dictionary<SOCKET, SocketReadiness> seen = [];
        bool Look(IReadOnlyList<SocketCore> _)
        {
            foreach ((SOCKET handle, ProviderSocket socket) in sockets) seen[handle] = socket.Core.GetReadiness();
            return seen.Any(one => IsReadable(readfds, one) || IsWritable(writefds, one) || IsExceptional(exceptfds, one));
        }
        SocketWait.Until(host, [.. sockets.Values.Select(socket => socket.Core)], Look, Milliseconds(timeout));
        // The same set may play several roles: its count is what the last of them leaves.
        int count = 0;
        int closed = 0;
        HashSet<SOCKET> readable = [.. seen.Where(one => IsReadable(readfds, one)).Select(one => one.Key)];
        HashSet<SOCKET> writable = [.. seen.Where(one => IsWritable(writefds, one)).Select(one => one.Key)];
        HashSet<SOCKET> exceptional = [.. seen.Where(one => IsExceptional(exceptfds, one)).Select(one => one.Key)];
        closed = exceptional.Count(handle => seen[handle].HasFlag(SocketReadiness.Closed));
        if (closed > 0 && readable.Count == 0 && writable.Count == 0)
        {
            error = WSAENOTSOCK;
            return SOCKET_ERROR;
        }
        count = readable.Count + writable.Count + exceptional.Count;
        readfds?.Keep(readable.Contains);
        writefds?.Keep(writable.Contains);
        exceptfds?.Keep(exceptional.Contains);
        return count;
    }

    public int WSPPoll(Span<WSAPOLLFD> descriptors, int timeoutMilliseconds, out int error)
    {
        error = 0;
        WSAPOLLFD[] asked = descriptors.ToArray();
        ProviderSocket?[] sockets = [.. asked.Select(descriptor => Find(descriptor.fd, out _))];
        bool Look(IReadOnlyList<SocketCore> _)
        {
            bool any = false;
            for (int i = 0; i < asked.Length; i++)
            {
                if (sockets[i] is not { } socket) continue;
                asked[i].revents = Events(asked[i].events, socket.Core.GetReadiness());
                any |= asked[i].revents != 0;
            }
            return any;
        }
        SocketWait.Until(host, [.. sockets.Where(socket => socket is not null).Select(socket => socket!.Core)], Look, Math.Max(timeoutMilliseconds, Timeout.Infinite));
        int count = 0;
        for (int i = 0; i < asked.Length; i++)
        {
            if (sockets[i] is not null && asked[i].revents != 0) count++;
            descriptors[i].revents = sockets[i] is null ? POLLNVAL : asked[i].revents;
        }
        return count;
    }

    private static short Events(short asked, SocketReadiness readiness)
    {
        if ((readiness & SocketReadiness.Closed) != 0) return POLLNVAL;
        int events = 0;
        if ((readiness & (SocketReadiness.Failed | SocketReadiness.ConnectFailed)) != 0) return (short)(POLLERR | POLLHUP | (asked & POLLWRNORM));
        if ((readiness & SocketReadiness.Data) != 0) events |= POLLRDNORM;
        // A datagram socket with an error to report has nothing queued, but receiving returns at once.
        else if ((readiness & (SocketReadiness.Read | SocketReadiness.PeerFinished)) == SocketReadiness.Read) events |= POLLRDNORM;
        if ((readiness & SocketReadiness.Urgent) != 0) events |= POLLRDBAND;
        if ((readiness & SocketReadiness.Write) != 0) events |= POLLWRNORM;
        events &= asked;
        if ((readiness & SocketReadiness.PeerFinished) != 0) events |= POLLHUP;
        return (short)events;
    }

    private static bool IsReadable(fd_set? set, KeyValuePair<SOCKET, SocketReadiness> seen) =>
        set is not null && (seen.Value & (SocketReadiness.Read | SocketReadiness.Closed)) != 0 && set.Contains(seen.Key);

    private static bool IsWritable(fd_set? set, KeyValuePair<SOCKET, SocketReadiness> seen) =>
        set is not null && (seen.Value & (SocketReadiness.Write | SocketReadiness.Closed)) != 0 && set.Contains(seen.Key);

    private static bool IsExceptional(fd_set? set, KeyValuePair<SOCKET, SocketReadiness> seen) =>
        set is not null && (seen.Value & (SocketReadiness.Urgent | SocketReadiness.ConnectFailed | SocketReadiness.Closed)) != 0 && set.Contains(seen.Key);

    // Rounded up: select must not return early.
    private static int Milliseconds(TIMEVAL? timeout) =>
        timeout is { } time ? (int)Math.Min(int.MaxValue, time.tv_sec * 1000L + (time.tv_usec + 999L) / 1000) : Timeout.Infinite;
}
