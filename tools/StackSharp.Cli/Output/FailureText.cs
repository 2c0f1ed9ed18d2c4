using System.IO;
using System.Net.Http;
using System.Net.Sockets;
using StackSharp.Cli.Iperf3;
using StackSharp.Drivers;

namespace StackSharp.Cli.Output;

/// <summary>Failures that are not our bugs, as one line each.</summary>
internal static class FailureText
{
    /// <returns>Null: unforeseen, so the stack trace is what helps.</returns>
    public static string? Describe(Exception failure, CancellationToken interrupted) => failure switch
    {
        CommandFailure or Iperf3Failure => failure.Message,
        OperationCanceledException when interrupted.IsCancellationRequested => "interrupted",
        DeviceException => failure.Message,
        HttpRequestException { InnerException: SocketException inner } => Describe(inner.SocketErrorCode),
        HttpRequestException => failure.Message,
        SocketException socket => Describe(socket.SocketErrorCode),
        IOException { InnerException: SocketException inner } => Describe(inner.SocketErrorCode),
        IOException or UnauthorizedAccessException => failure.Message,
        _ => null,
    };

    public static string Describe(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused: nothing listens on that port",
        SocketError.HostUnreachable => "no route to host: it does not answer ARP, or a router says so; check --address and --gateway",
        SocketError.NetworkUnreachable => "network unreachable: no route leads there; give --gateway",
        SocketError.TimedOut => "timed out: the peer does not answer",
        SocketError.ConnectionReset => "connection reset by the peer",
        SocketError.ConnectionAborted => "connection aborted",
        SocketError.AddressAlreadyInUse => "address in use: something listens there already",
        SocketError.AddressNotAvailable => "address not available: the stack has no such address, or no port is left",
        SocketError.AccessDenied => "access denied: broadcast is not allowed here, or another socket holds the port",
        SocketError.MessageSize => "message too long for one datagram",
        SocketError.HostNotFound or SocketError.NoData => "host name not found; give an address",
        SocketError.NetworkDown => "network down: the device is gone",
        _ => $"{error} ({(int)error})",
    };
}
