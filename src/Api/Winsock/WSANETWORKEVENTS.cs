using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StackSharp.Winsock;

/// <summary>What WSAEnumNetworkEvents tells, 44 octets.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct WSANETWORKEVENTS
{
    /// <summary>FD_READ, FD_WRITE, ...: those that have happened.</summary>
    public int lNetworkEvents;

    /// <summary>The error of each, or 0, at FD_READ_BIT, FD_WRITE_BIT, ...; entries of events that have not happened are left as they were.</summary>
    public NetworkEventErrors iErrorCode;
}

/// <summary>C's int[FD_MAX_EVENTS].</summary>
[InlineArray(Ws2_32.FD_MAX_EVENTS)]
public struct NetworkEventErrors
{
    private int _first;
}
