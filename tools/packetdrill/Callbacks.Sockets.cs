using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using StackSharp.Packetdrill.Sockets;
using StackSharp.Packetdrill.Wire;
using StackSharp.Stack.Wire;

namespace StackSharp.Packetdrill;

/// <content>Sockets come into being, find their peers, and go.</content>
internal static unsafe partial class Callbacks
{
    private const int StreamType = 1;
    private const int TypeMask = 0xF;
    private const int TcpProtocol = 6;

    private static void FillSockets(InterfaceTable* table)
    {
        table->Socket = &Socket;
        table->Bind = &Bind;
        table->Listen = &Listen;
        table->Accept = &Accept;
        table->Connect = &Connect;
        table->FileControl = &FileControl;
        table->DeviceControl = &DeviceControl;
        table->Close = &Close;
        table->Shutdown = &Shutdown;
        table->GetOption = &GetOption;
        table->SetOption = &SetOption;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Socket(nint userData, int domain, int type, int protocol) =>
        (int)Enter(userData, session =>
        {
            if (domain is not (SocketAddress.Ipv4 or SocketAddress.Ipv6)) return -Errno.FamilyNotSupported;
            if ((type & TypeMask) != StreamType || protocol is not (0 or TcpProtocol)) return -Errno.ProtocolNotSupported;
            return session.Add(new TcpSocket(session, domain, (type & TcpSocket.NonBlockingFlag) != 0));
        });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Bind(nint userData, int descriptor, byte* address, uint length) =>
        (int)OnSocket(userData, descriptor, socket => SocketAddress.TryRead(address, length, out IpEndpoint local) ? socket.Bind(local) : -Errno.Invalid);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Listen(nint userData, int descriptor, int backlog) => (int)OnSocket(userData, descriptor, socket => socket.Listen(backlog));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Accept(nint userData, int descriptor, byte* address, uint* length) =>
        (int)OnSocket(userData, descriptor, socket =>
        {
            long number = socket.Accept(out IpEndpoint peer);
            if (number >= 0) SocketAddress.Write(peer, socket.Family, address, length);
            return number;
        });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Connect(nint userData, int descriptor, byte* address, uint length) =>
        (int)OnSocket(userData, descriptor, socket =>
        {
            if (SocketAddress.FamilyOf(address, length) == SocketAddress.Unspecified) return socket.Disconnect();
            return SocketAddress.TryRead(address, length, out IpEndpoint peer) ? socket.Connect(peer) : -Errno.Invalid;
        });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileControl(nint userData, int descriptor, int command, int argument) =>
        (int)Enter(userData, session => session.Find(descriptor)?.Control(command, argument) ?? -Errno.BadDescriptor);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int DeviceControl(nint userData, int descriptor, nuint request, int* argument) =>
        (int)OnSocket(userData, descriptor, socket => socket.DeviceControl(request, argument));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(nint userData, int descriptor) => (int)Enter(userData, session => session.Close(descriptor, releasesNumber: true));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Shutdown(nint userData, int descriptor, int how) => (int)OnSocket(userData, descriptor, socket => socket.Shutdown(how));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetOption(nint userData, int descriptor, int level, int name, byte* value, uint* length) =>
        (int)OnSocket(userData, descriptor, socket => socket.GetOption(level, name, value, length));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SetOption(nint userData, int descriptor, int level, int name, byte* value, uint length) =>
        (int)OnSocket(userData, descriptor, socket => socket.SetOption(level, name, value, length));
}
