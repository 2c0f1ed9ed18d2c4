using System.Buffers.Binary;

namespace StackSharp.Stack.Wire.Tcp;

/// <summary>Writes TCP options one after the other, without aligning them: the caller chooses order and padding.</summary>
/// <remarks>Writing past the destination is a bug of the caller and throws <see cref="ArgumentOutOfRangeException"/>.</remarks>
public ref struct TcpOptionWriter(Span<byte> destination)
{
    /// <summary>Bytes that options may take in a header.</summary>
    public const int MaximumSize = TcpHeader.MaximumSize - TcpHeader.MinimumSize;

    private const int EcnFieldBytes = 3;
    private readonly Span<byte> _destination = destination;

    /// <summary>Bytes written so far.</summary>
    public int Written { get; private set; }

    /// <summary>RFC 9293 §3.2; 4 bytes.</summary>
    public void MaximumSegmentSize(ushort bytes) =>
        BinaryPrimitives.WriteUInt16BigEndian(Append(TcpOptionKind.MaximumSegmentSize, 4), bytes);

    /// <summary>RFC 7323 §2.2; 3 bytes.</summary>
    /// <param name="shift">0..14.</param>
    public void WindowScale(byte shift) => Append(TcpOptionKind.WindowScale, 3)[0] = shift;

    /// <summary>RFC 2018 §2; 2 bytes.</summary>
    public void SackPermitted() => Append(TcpOptionKind.SackPermitted, 2);

    /// <summary>RFC 7323 §3.2; 10 bytes.</summary>
    public void Timestamps(uint value, uint echoReply)
    {
        Span<byte> option = Append(TcpOptionKind.Timestamps, 10);
        BinaryPrimitives.WriteUInt32BigEndian(option, value);
        BinaryPrimitives.WriteUInt32BigEndian(option[4..], echoReply);
    }

    /// <summary>RFC 2018 §3; 2 bytes and 8 for each block.</summary>
    /// <param name="blocks">1..4, the most recent first.</param>
    public void Sack(scoped ReadOnlySpan<SackBlock> blocks)
    {
        Span<byte> option = Append(TcpOptionKind.Sack, 2 + (blocks.Length * SackBlock.Size));
        foreach (SackBlock block in blocks)
        {
            BinaryPrimitives.WriteUInt32BigEndian(option, block.Left.Value);
            BinaryPrimitives.WriteUInt32BigEndian(option[4..], block.Right.Value);
            option = option[SackBlock.Size..];
        }
    }

    /// <summary>RFC 2385; two bytes of padding and 18, the last 16 of which are zero until the segment is signed.</summary>
    public void Md5Signature()
    {
        NoOperation();
        NoOperation();
        Append(TcpOptionKind.Md5Signature, 18).Clear();
    }

    /// <summary>RFC 5925 §2.2; 4 bytes and the signature, which is zero until the segment is signed.</summary>
    /// <param name="keyId">KeyID: what it is signed with.</param>
    /// <param name="requestedKeyId">RNextKeyID: what the peer is to sign with.</param>
    /// <param name="macBytes">Bytes of the signature.</param>
    public void Authentication(byte keyId, byte requestedKeyId, int macBytes)
    {
        Span<byte> option = Append(TcpOptionKind.Authentication, 4 + macBytes);
        option[0] = keyId;
        option[1] = requestedKeyId;
        option[2..].Clear();
    }

    /// <summary>RFC 5482 §3; 4 bytes.</summary>
    /// <param name="timeout">Rounded up to seconds, or above some nine hours to minutes; at most 32767 of them.</param>
    public void UserTimeout(TimeSpan timeout)
    {
        const int Most = TcpSegmentOptions.UserTimeoutInMinutes - 1;
        double seconds = Math.Ceiling(timeout.TotalSeconds);
        int value = seconds <= Most ? (int)seconds : TcpSegmentOptions.UserTimeoutInMinutes | (int)Math.Min(Math.Ceiling(timeout.TotalMinutes), Most);
        BinaryPrimitives.WriteUInt16BigEndian(Append(TcpOptionKind.UserTimeout, 4), (ushort)value);
    }

    /// <summary>RFC 7413 §4.1.1; 2 bytes and the cookie.</summary>
    /// <param name="cookie">Empty to ask for one, else 4..16 bytes and even.</param>
    public void FastOpen(scoped ReadOnlySpan<byte> cookie) => cookie.CopyTo(Append(TcpOptionKind.FastOpen, 2 + cookie.Length));

    /// <summary>Fast Open in the form of an experiment (RFC 6994, RFC 7413 §7); 4 bytes and the cookie.</summary>
    /// <param name="cookie">As for <see cref="FastOpen"/>.</param>
    public void FastOpenExperiment(scoped ReadOnlySpan<byte> cookie)
    {
        Span<byte> option = Append(TcpOptionKind.Experiment, 4 + cookie.Length);
        BinaryPrimitives.WriteUInt16BigEndian(option, TcpSegmentOptions.FastOpenExperiment);
        cookie.CopyTo(option[sizeof(ushort)..]);
    }

    /// <summary>RFC 9768 §3.2.3; 2 bytes and 3 for each count. The counts are octets modulo 2^24.</summary>
    /// <param name="fields">0..3: how many counts it has.</param>
    /// <param name="isReversed">ECT(1), CE, ECT(0); otherwise ECT(0), CE, ECT(1).</param>
    public void AccurateEcn(uint ect0, uint ce, uint ect1, int fields, bool isReversed)
    {
        Span<byte> option = Append(isReversed ? TcpOptionKind.AccurateEcn1 : TcpOptionKind.AccurateEcn0, AccurateEcnBytes(fields));
        ReadOnlySpan<uint> counts = isReversed ? [ect1, ce, ect0] : [ect0, ce, ect1];
        foreach (uint count in counts[..fields])
        {
            option[0] = (byte)(count >> 16);
            BinaryPrimitives.WriteUInt16BigEndian(option[1..], (ushort)count);
            option = option[EcnFieldBytes..];
        }
    }

    /// <summary>Bytes of <see cref="AccurateEcn"/>.</summary>
    public static int AccurateEcnBytes(int fields) => 2 + (fields * EcnFieldBytes);

    /// <summary>One byte of padding.</summary>
    public void NoOperation() => _destination[Written++] = (byte)TcpOptionKind.NoOperation;

    /// <summary>Ends the list with zeros up to a multiple of four bytes (RFC 9293 §3.1, MUST-69).</summary>
    public void PadToWord()
    {
        int padding = -Written & 3;
        _destination.Slice(Written, padding).Clear();
        Written += padding;
    }

    private Span<byte> Append(TcpOptionKind kind, int length)
    {
        Span<byte> option = _destination.Slice(Written, length);
        option[0] = (byte)kind;
        option[1] = (byte)length;
        Written += length;
        return option[2..];
    }
}
