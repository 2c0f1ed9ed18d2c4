using System.Buffers.Binary;

namespace StackSharp.Cli.Iperf3;

/// <summary>What a datagram of a test begins with: when it was sent, and its number, counting from 1.</summary>
/// <param name="SentMicroseconds">On a clock of the sender's own.</param>
internal readonly record struct DatagramHeader(long SentMicroseconds, long Number)
{
    private const int Second = 1_000_000;
    private const int TimeBytes = 8;

    /// <summary>No test lasts so long: a number above is no number.</summary>
    private const long HighestNumber = 1L << 48;

    /// <summary>Octets of it, by the width of the counter.</summary>
    public static int SizeOf(bool wide) => TimeBytes + (wide ? sizeof(ulong) : sizeof(uint));

    public static bool TryRead(ReadOnlySpan<byte> datagram, bool wide, out DatagramHeader header)
    {
        header = default;
        if (datagram.Length < SizeOf(wide)) return false;
        long seconds = BinaryPrimitives.ReadUInt32BigEndian(datagram);
        long microseconds = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]);
        ulong number = wide ? BinaryPrimitives.ReadUInt64BigEndian(datagram[TimeBytes..]) : BinaryPrimitives.ReadUInt32BigEndian(datagram[TimeBytes..]);
        if (microseconds >= Second || number is 0 or > (ulong)HighestNumber) return false;
        header = new DatagramHeader((seconds * Second) + microseconds, (long)number);
        return true;
    }

    public void Write(Span<byte> datagram, bool wide)
    {
        BinaryPrimitives.WriteUInt32BigEndian(datagram, unchecked((uint)(SentMicroseconds / Second)));
        BinaryPrimitives.WriteUInt32BigEndian(datagram[4..], (uint)(SentMicroseconds % Second));
        if (wide) BinaryPrimitives.WriteUInt64BigEndian(datagram[TimeBytes..], (ulong)Number);
        else BinaryPrimitives.WriteUInt32BigEndian(datagram[TimeBytes..], unchecked((uint)Number));
    }
}
