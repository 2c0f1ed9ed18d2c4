namespace StackSharp.Drivers;

/// <summary>A device cannot be opened or set up. The message is one line and says what to do about it.</summary>
public sealed class DeviceException : Exception
{
    public DeviceException(string message)
        : base(message)
    {
    }

    public DeviceException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <param name="device">As the user named it: <c>tap:tap0</c>.</param>
    /// <param name="errorNumber">The operating system's error number; 0 if there is none.</param>
    /// <param name="message">What went wrong and what to do.</param>
    public DeviceException(string device, int errorNumber, string message)
        : base($"{device}: {message}")
    {
        Device = device;
        ErrorNumber = errorNumber;
    }

    /// <summary>The device as the user named it; empty if the name itself is the problem.</summary>
    public string Device { get; } = string.Empty;

    /// <summary>The operating system's error number (errno on Unix); 0 if the cause is not a system call.</summary>
    public int ErrorNumber { get; }
}
