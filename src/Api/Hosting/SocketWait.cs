namespace StackSharp.Hosting;

/// <summary>Waits until one of several sockets of a host is ready: what select, WSAPoll and Poll stand on.</summary>
internal static class SocketWait
{
    /// <summary>Looks at one socket, and waits for it.</summary>
    /// <param name="timeoutMilliseconds">0: look only; -1: no limit.</param>
    public static bool ForReadiness(SocketCore socket, SocketReadiness wanted, int timeoutMilliseconds) =>
        Until(socket.Host, [socket], _ => (socket.GetReadiness() & (wanted | SocketReadiness.Closed)) != 0, timeoutMilliseconds)
        && (socket.Readiness & wanted) != 0;

    /// <summary>Looks, and looks again whenever something happens at one of the sockets, until it sees what it wants or time is up.</summary>
    /// <param name="sockets">All of this host.</param>
    /// <param name="look">Runs under the lock.</param>
    public static bool Until(StackHost host, IReadOnlyList<SocketCore> sockets, Func<IReadOnlyList<SocketCore>, bool> look, int timeoutMilliseconds)
    {
        Deadline deadline = new(timeoutMilliseconds);
        PollWaiter waiter;
        using (host.EnterAnyway())
        {
            if (look(sockets)) return true;
            if (deadline.IsImmediate) return false;
            waiter = new PollWaiter(host.Logger);
            foreach (SocketCore socket in sockets) socket.AddPoller(waiter);
        }
        while (true)
        {
            bool woken = waiter.Wait(deadline.MillisecondsLeft);
            bool found;
            bool isAwaited;
            using (host.EnterAnyway())
            {
                if (woken) waiter.IsSignalled = false;
                found = look(sockets);
                if (!found && woken && deadline.MillisecondsLeft != 0) continue;
                foreach (SocketCore socket in sockets) socket.RemovePoller(waiter);
                isAwaited = waiter.IsSignalled;
            }
            // A wake-up that is on its way to this thread must not meet the thread's next wait.
            if (isAwaited) waiter.Wait(Timeout.Infinite);
            return found;
        }
    }
}
