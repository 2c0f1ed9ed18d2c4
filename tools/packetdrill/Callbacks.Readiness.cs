using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using StackSharp.Packetdrill.Sockets;
using StackSharp.Packetdrill.Wire;
using StackSharp.Stack.Time;

namespace StackSharp.Packetdrill;

/// <content>Waiting for sockets to become ready.</content>
internal static unsafe partial class Callbacks
{
    private static void FillReadiness(InterfaceTable* table)
    {
        table->Poll = &Poll;
        table->EpollCreate = &EpollCreate;
        table->EpollControl = &EpollControl;
        table->EpollWait = &EpollWait;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Poll(nint userData, PollEntry* entries, nuint count, int timeoutMilliseconds) =>
        (int)Enter(userData, session => AwaitReady(session, timeoutMilliseconds, () => ScanPoll(session, entries, (int)count)));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int EpollCreate(nint userData, int size) => (int)Enter(userData, session => size > 0 ? session.Add(new EpollSet()) : -Errno.Invalid);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int EpollControl(nint userData, int set, int operation, int descriptor, EpollEvent* wanted) =>
        (int)Enter(userData, session =>
        {
            if (session.Find(set) is not EpollSet epoll || session.Find(descriptor) is not { } target) return -Errno.BadDescriptor;
            return epoll.Control(operation, target, wanted == null ? default : *wanted);
        });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int EpollWait(nint userData, int set, EpollEvent* events, int maximum, int timeoutMilliseconds) =>
        (int)Enter(userData, session =>
        {
            if (session.Find(set) is not EpollSet epoll) return -Errno.BadDescriptor;
            if (maximum <= 0) return -Errno.Invalid;
            return AwaitReady(session, timeoutMilliseconds, () => epoll.Collect(new Span<EpollEvent>(events, maximum)));
        });

    private static long AwaitReady(Session session, int timeoutMilliseconds, Func<int> scan)
    {
        int ready = scan();
        if (ready > 0 || timeoutMilliseconds == 0) return ready;
        Instant deadline = timeoutMilliseconds < 0 ? Instant.Never : session.Now + TimeSpan.FromMilliseconds(timeoutMilliseconds);
        return session.Await(() => scan() is > 0 and int found ? found : null, deadline) ?? 0;
    }

    private static int ScanPoll(Session session, PollEntry* entries, int count)
    {
        int ready = 0;
        for (int i = 0; i < count; i++)
        {
            ref PollEntry entry = ref entries[i];
            if (entry.Descriptor < 0) continue;
            Readiness found = session.Find(entry.Descriptor)?.Readiness ?? Readiness.InvalidDescriptor;
            entry.Returned = (short)(found & ((Readiness)entry.Events | Readiness.Always));
            if (entry.Returned != 0) ready++;
        }
        return ready;
    }
}
