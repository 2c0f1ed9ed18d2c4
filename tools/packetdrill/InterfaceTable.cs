using System.Runtime.InteropServices;
using StackSharp.Packetdrill.Wire;

namespace StackSharp.Packetdrill;

/// <summary>The table that packetdrill hands over to be filled: its own data word and 32 C functions, 8 octets each, in this order.</summary>
/// <remarks>Each function's first argument is <see cref="UserData"/>. Calls that fail return -1 and leave Linux's number in errno.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct InterfaceTable
{
    public nint UserData;
    public delegate* unmanaged[Cdecl]<nint, void> Free;
    public delegate* unmanaged[Cdecl]<nint, int, int, int, int> Socket;
    public delegate* unmanaged[Cdecl]<nint, int, byte*, uint, int> Bind;
    public delegate* unmanaged[Cdecl]<nint, int, int, int> Listen;
    public delegate* unmanaged[Cdecl]<nint, int, byte*, uint*, int> Accept;
    public delegate* unmanaged[Cdecl]<nint, int, byte*, uint, int> Connect;
    public delegate* unmanaged[Cdecl]<nint, int, byte*, nuint, nint> Read;
    public delegate* unmanaged[Cdecl]<nint, int, IoVector*, int, nint> ReadVector;
    public delegate* unmanaged[Cdecl]<nint, int, byte*, nuint, int, nint> Receive;
    public delegate* unmanaged[Cdecl]<nint, int, byte*, nuint, int, byte*, uint*, nint> ReceiveFrom;
    public delegate* unmanaged[Cdecl]<nint, int, MessageHeader*, int, nint> ReceiveMessage;
    public delegate* unmanaged[Cdecl]<nint, int, byte*, nuint, nint> Write;
    public delegate* unmanaged[Cdecl]<nint, int, IoVector*, int, nint> WriteVector;
    public delegate* unmanaged[Cdecl]<nint, int, byte*, nuint, int, nint> Send;
    public delegate* unmanaged[Cdecl]<nint, int, byte*, nuint, int, byte*, uint, nint> SendTo;
    public delegate* unmanaged[Cdecl]<nint, int, MessageHeader*, int, nint> SendMessage;

    // These two are variadic in C; a register more, which may hold anything, does no harm on x86-64 and arm64.
    public delegate* unmanaged[Cdecl]<nint, int, int, int, int> FileControl;
    public delegate* unmanaged[Cdecl]<nint, int, nuint, int*, int> DeviceControl;
    public delegate* unmanaged[Cdecl]<nint, int, int> Close;
    public delegate* unmanaged[Cdecl]<nint, int, int, int> Shutdown;
    public delegate* unmanaged[Cdecl]<nint, int, int, int, byte*, uint*, int> GetOption;
    public delegate* unmanaged[Cdecl]<nint, int, int, int, byte*, uint, int> SetOption;
    public delegate* unmanaged[Cdecl]<nint, PollEntry*, nuint, int, int> Poll;
    public delegate* unmanaged[Cdecl]<nint, byte*, nuint, int> SendPacket;
    public delegate* unmanaged[Cdecl]<nint, byte*, nuint*, long*, int> ReceivePacket;
    public delegate* unmanaged[Cdecl]<nint, uint, int> Sleep;
    public delegate* unmanaged[Cdecl]<nint, long*, nint, int> GetTime;
    public delegate* unmanaged[Cdecl]<nint, int, int> EpollCreate;
    public delegate* unmanaged[Cdecl]<nint, int, int, int, EpollEvent*, int> EpollControl;
    public delegate* unmanaged[Cdecl]<nint, int, EpollEvent*, int, int, int> EpollWait;
    public delegate* unmanaged[Cdecl]<nint, int*, int> Pipe;
    public delegate* unmanaged[Cdecl]<nint, int, long*, int, long*, nuint, uint, nint> Splice;
}
