using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using StackSharp.Packetdrill.Sockets;
using StackSharp.Packetdrill.Wire;
using StackSharp.Stack.Wire;

namespace StackSharp.Packetdrill;

/// <content>Octets in and out, in C's many ways to say so.</content>
internal static unsafe partial class Callbacks
{
    private static void FillTransfer(InterfaceTable* table)
    {
        table->Read = &Read;
        table->ReadVector = &ReadVector;
        table->Receive = &Receive;
        table->ReceiveFrom = &ReceiveFrom;
        table->ReceiveMessage = &ReceiveMessage;
        table->Write = &Write;
        table->WriteVector = &WriteVector;
        table->Send = &Send;
        table->SendTo = &SendTo;
        table->SendMessage = &SendMessage;
        table->Pipe = &Pipe;
        table->Splice = &Splice;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Read(nint userData, int descriptor, byte* buffer, nuint length) =>
        (nint)OnSocket(userData, descriptor, socket => socket.Receive(new UserMemory(buffer, length), 0));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint ReadVector(nint userData, int descriptor, IoVector* vectors, int count) =>
        (nint)OnSocket(userData, descriptor, socket => socket.Receive(new UserMemory(vectors, count), 0));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Receive(nint userData, int descriptor, byte* buffer, nuint length, int flags) =>
        (nint)OnSocket(userData, descriptor, socket => socket.Receive(new UserMemory(buffer, length), flags));

    // TCP names no sender: its address is left alone, and the length says so.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint ReceiveFrom(nint userData, int descriptor, byte* buffer, nuint length, int flags, byte* address, uint* addressLength) =>
        (nint)OnSocket(userData, descriptor, socket =>
        {
            long received = socket.Receive(new UserMemory(buffer, length), flags);
            if (received >= 0 && addressLength != null) *addressLength = 0;
            return received;
        });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint ReceiveMessage(nint userData, int descriptor, MessageHeader* message, int flags) =>
        (nint)OnSocket(userData, descriptor, socket =>
        {
            nuint room = message->ControlLength;
            // The control buffer comes filled with what the script expects: what is not written here must not count.
            message->ControlLength = 0;
            message->Flags = 0;
            long received = socket.Receive(new UserMemory(message->Vectors, (int)message->VectorCount), flags);
            if (received < 0) return received;
            message->NameLength = 0;
            message->ControlLength = (nuint)socket.WriteAncillary(new Span<byte>(message->Control, message->Control == null ? 0 : (int)room));
            return received;
        });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Write(nint userData, int descriptor, byte* buffer, nuint length) =>
        (nint)OnSocket(userData, descriptor, socket => socket.Send(new UserMemory(buffer, length), 0));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint WriteVector(nint userData, int descriptor, IoVector* vectors, int count) =>
        (nint)OnSocket(userData, descriptor, socket => socket.Send(new UserMemory(vectors, count), 0));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Send(nint userData, int descriptor, byte* buffer, nuint length, int flags) =>
        (nint)OnSocket(userData, descriptor, socket => socket.Send(new UserMemory(buffer, length), flags));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint SendTo(nint userData, int descriptor, byte* buffer, nuint length, int flags, byte* address, uint addressLength) =>
        (nint)OnSocket(userData, descriptor, socket => SendTo(socket, new UserMemory(buffer, length), flags, address, addressLength));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint SendMessage(nint userData, int descriptor, MessageHeader* message, int flags) =>
        (nint)OnSocket(userData, descriptor, socket =>
            SendTo(socket, new UserMemory(message->Vectors, (int)message->VectorCount), flags, message->Name, message->NameLength));

    // An address says something only to a socket that is to be opened by sending.
    private static long SendTo(TcpSocket socket, UserMemory memory, int flags, byte* address, uint addressLength)
    {
        if ((flags & TcpSocket.FastOpenFlag) == 0 || address == null) return socket.Send(memory, flags);
        return SocketAddress.TryRead(address, addressLength, out IpEndpoint peer) ? socket.SendOpening(memory, flags, peer) : -Errno.Invalid;
    }

    // What goes between files and sockets inside the kernel has no counterpart here.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Pipe(nint userData, int* descriptors) => (int)Answer(() => -Errno.NotImplemented);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Splice(nint userData, int source, long* sourceOffset, int target, long* targetOffset, nuint length, uint flags) =>
        (nint)Answer(() => -Errno.NotImplemented);
}
