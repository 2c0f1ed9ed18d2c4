namespace StackSharp.Drivers.PcapFile;

/// <summary>A capture file is damaged, cut off, or of a kind that is not read.</summary>
public sealed class CaptureFormatException : Exception
{
    public CaptureFormatException(string message)
        : base(message)
    {
    }

    public CaptureFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <param name="offset">Octets from the start of the file to the block or record that is wrong.</param>
    public CaptureFormatException(long offset, string message)
        : base($"at offset {offset}: {message}") => Offset = offset;

    /// <summary>Octets from the start of the file to the block or record that is wrong.</summary>
    public long Offset { get; }
}
