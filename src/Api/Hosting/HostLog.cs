using Microsoft.Extensions.Logging;

namespace StackSharp.Hosting;

/// <summary>What a host has to tell its operator.</summary>
internal static partial class HostLog
{
    [LoggerMessage(1, LogLevel.Error, "A continuation of a socket call threw an exception")]
    public static partial void ContinuationFailed(ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "Device {Device} is gone and delivers no more frames")]
    public static partial void DeviceGone(ILogger logger, string device);

    [LoggerMessage(3, LogLevel.Critical, "The receive thread of device {Device} ended by an exception")]
    public static partial void ReceiveThreadFailed(ILogger logger, Exception exception, string device);

    [LoggerMessage(4, LogLevel.Error, "Disposed with {Buffers} packet buffers still in use by calls that did not return; their memory is not freed")]
    public static partial void BuffersInUse(ILogger logger, int buffers);

    [LoggerMessage(5, LogLevel.Error, "Disposing device {Device} failed")]
    public static partial void DeviceDisposeFailed(ILogger logger, Exception exception, string device);

    [LoggerMessage(6, LogLevel.Error, "Thread {Thread} did not end within {Timeout}")]
    public static partial void ThreadStuck(ILogger logger, string thread, TimeSpan timeout);
}
