using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using StackSharp.Packetdrill.Native;
using StackSharp.Packetdrill.Sockets;

namespace StackSharp.Packetdrill;

/// <summary>The tool's calls that do not go through its table: getsockopt behind each assertion on TCP_INFO, and the close of what a script left open.</summary>
internal static unsafe class Redirections
{
    private static Session? _session;

    /// <summary>Leads them to a session; calls on descriptors that are not its own go on to the C library.</summary>
    public static void Install(Session session)
    {
        bool isFirst = Interlocked.Exchange(ref _session, session) is null;
        if (!isFirst) return;
        ImportSlots.Redirect("getsockopt", (nint)(delegate* unmanaged[Cdecl]<int, int, int, byte*, uint*, int>)&GetOption);
        ImportSlots.Redirect("close", (nint)(delegate* unmanaged[Cdecl]<int, int>)&Close);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetOption(int descriptor, int level, int name, byte* value, uint* length)
    {
        if (_session is { } session && session.Find(descriptor) is TcpSocket socket)
            return (int)Callbacks.Answer(() => session.Enter(() => socket.GetOption(level, name, value, length)));
        int result = LibC.GetOption(descriptor, level, name, value, length);
        Marshal.SetLastSystemError(Marshal.GetLastPInvokeError());
        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(int descriptor)
    {
        // The number stays taken until the C library has closed it too.
        if (_session is { } session && session.Find(descriptor) is not null)
            Callbacks.Answer(() => session.Enter(() => session.Close(descriptor, releasesNumber: false)));
        int result = LibC.Close(descriptor);
        Marshal.SetLastSystemError(Marshal.GetLastPInvokeError());
        return result;
    }
}
