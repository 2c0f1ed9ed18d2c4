using Microsoft.Extensions.Logging;

namespace StackSharp.AspNetCore;

internal static partial class TransportLog
{
    [LoggerMessage(1, LogLevel.Debug, "A connection was reset before it was accepted.")]
    public static partial void ResetBeforeAccept(ILogger logger);

    [LoggerMessage(2, LogLevel.Debug, "{ConnectionId} was reset by its peer.")]
    public static partial void ResetByPeer(ILogger logger, string connectionId);

    [LoggerMessage(3, LogLevel.Debug, "{ConnectionId} failed.")]
    public static partial void Failed(ILogger logger, string connectionId, Exception reason);

    [LoggerMessage(4, LogLevel.Debug, "{ConnectionId} aborted: {Reason}")]
    public static partial void Aborted(ILogger logger, string connectionId, string reason);

    [LoggerMessage(5, LogLevel.Error, "A handler of the end of {ConnectionId} failed.")]
    public static partial void ClosedHandlerFailed(ILogger logger, string connectionId, Exception reason);
}
