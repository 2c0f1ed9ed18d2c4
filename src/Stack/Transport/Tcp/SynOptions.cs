using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>The options of a SYN or SYN-ACK.</summary>
internal record struct SynOptions
{
    /// <summary>Octets.</summary>
    public required ushort MaximumSegmentSize { get; init; }

    public bool SackPermitted { get; init; }

    public bool HasTimestamps { get; init; }

    public uint TimestampValue { get; init; }

    public uint TimestampEchoReply { get; init; }

    /// <summary>The shift; -1: no scaling.</summary>
    public int WindowScale { get; init; }

    public bool HasFastOpen { get; set; }

    public bool FastOpenIsExperimental { get; set; }

    /// <summary>Writes them in Linux's order, which middleboxes have seen most: mss, sackOK, TS, nop, wscale, and Fast Open filled up to a word.</summary>
    /// <param name="cookie">For Fast Open; empty asks for one.</param>
    public readonly void Write(ref TcpOptionWriter writer, scoped ReadOnlySpan<byte> cookie)
    {
        writer.MaximumSegmentSize(MaximumSegmentSize);
        if (HasTimestamps)
        {
            if (SackPermitted) writer.SackPermitted();
            else WriteNoOperations(ref writer);
            writer.Timestamps(TimestampValue, TimestampEchoReply);
        }
        else if (SackPermitted)
        {
            WriteNoOperations(ref writer);
            writer.SackPermitted();
        }
        if (WindowScale >= 0)
        {
            writer.NoOperation();
            writer.WindowScale((byte)WindowScale);
        }
        if (!HasFastOpen) return;
        if (FastOpenIsExperimental) writer.FastOpenExperiment(cookie);
        else writer.FastOpen(cookie);
        while (writer.Written % 4 != 0) writer.NoOperation();
    }

    private static void WriteNoOperations(ref TcpOptionWriter writer)
    {
        writer.NoOperation();
        writer.NoOperation();
    }
}
