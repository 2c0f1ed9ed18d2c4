using StackSharp.Stack.Transport;

namespace StackSharp.Packetdrill.Wire;

/// <summary>Linux's error numbers. A call's result is what C returns, or one of these negated.</summary>
internal static class Errno
{
    public const int BadDescriptor = 9;
    public const int WouldBlock = 11;
    public const int AccessDenied = 13;
    public const int BadAddress = 14;
    public const int Exists = 17;
    public const int NoEntry = 2;
    public const int InputOutput = 5;
    public const int Invalid = 22;
    public const int BrokenPipe = 32;
    public const int NotImplemented = 38;
    public const int DestinationRequired = 89;
    public const int MessageSize = 90;
    public const int NoProtocolOption = 92;
    public const int ProtocolNotSupported = 93;
    public const int NotSupported = 95;
    public const int FamilyNotSupported = 97;
    public const int AddressInUse = 98;
    public const int AddressNotAvailable = 99;
    public const int NetworkDown = 100;
    public const int NetworkUnreachable = 101;
    public const int NetworkReset = 102;
    public const int ConnectionAborted = 103;
    public const int ConnectionReset = 104;
    public const int NoBuffers = 105;
    public const int IsConnected = 106;
    public const int NotConnected = 107;
    public const int TimedOut = 110;
    public const int ConnectionRefused = 111;
    public const int HostUnreachable = 113;
    public const int Already = 114;
    public const int InProgress = 115;

    /// <summary>The number for what the stack says; 0 for success.</summary>
    public static int Of(TransportError error) => error switch
    {
        TransportError.None => 0,
        TransportError.AccessDenied => AccessDenied,
        TransportError.WouldBlock => WouldBlock,
        TransportError.AlreadyInProgress => Already,
        TransportError.DestinationAddressRequired => DestinationRequired,
        TransportError.MessageSize => MessageSize,
        TransportError.OperationNotSupported => NotSupported,
        TransportError.AddressAlreadyInUse => AddressInUse,
        TransportError.AddressNotAvailable => AddressNotAvailable,
        TransportError.NetworkDown => NetworkDown,
        TransportError.NetworkUnreachable => NetworkUnreachable,
        TransportError.NetworkReset => NetworkReset,
        TransportError.ConnectionAborted => ConnectionAborted,
        TransportError.ConnectionReset => ConnectionReset,
        TransportError.NoBufferSpaceAvailable => NoBuffers,
        TransportError.IsConnected => IsConnected,
        TransportError.NotConnected => NotConnected,
        TransportError.Shutdown => BrokenPipe,
        TransportError.TimedOut => TimedOut,
        TransportError.ConnectionRefused => ConnectionRefused,
        TransportError.HostUnreachable => HostUnreachable,
        _ => Invalid,
    };
}
