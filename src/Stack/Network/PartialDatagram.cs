using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Network;

/// <summary>A datagram of which some pieces are here. Pooled by its <see cref="Reassembler"/>.</summary>
/// <remarks>The buffer begins with room for the header of the first piece; payload octet n lies at <see cref="PayloadStart"/> + n.</remarks>
internal sealed class PartialDatagram
{
    /// <summary>Most pieces that the list takes.</summary>
    public const int MaximumPieces = 64;

    /// <summary>Room for the longest IPv4 header. IPv6 leaves the extension headers before the fragment header here too.</summary>
    public const int PayloadStart = 64;

    private readonly ushort[] _starts = new ushort[MaximumPieces];
    private readonly int[] _ends = new int[MaximumPieces];

    public FragmentKey Key { get; private set; }

    public INetworkLink Link { get; private set; } = null!;

    public Instant Expires { get; private set; }

    public PacketBuffer? Buffer { get; set; }

    public int PieceCount { get; private set; }

    /// <summary>Octets of payload here.</summary>
    public int ReceivedLength { get; private set; }

    /// <summary>Octets of payload in all; -1 until the last piece is here.</summary>
    public int TotalLength { get; set; }

    /// <summary>Octets of the first piece's header; 0 until it is here.</summary>
    public int HeaderLength { get; set; }

    public bool AnyBroadcast { get; set; }

    public bool AnyMulticast { get; set; }

    public bool SawNotEct { get; set; }

    public bool SawEct { get; set; }

    public bool SawCongestion { get; set; }

    public bool IsComplete => HeaderLength > 0 && ReceivedLength == TotalLength;

    /// <summary>Neighbours in order of arrival, which is also the order of expiry.</summary>
    public PartialDatagram? Older { get; set; }

    public PartialDatagram? Newer { get; set; }

    /// <summary>Highest end of a piece so far.</summary>
    public int HighestEnd => PieceCount == 0 ? 0 : _ends[PieceCount - 1];

    public void Begin(in FragmentKey key, INetworkLink link, Instant expires)
    {
        Key = key;
        Link = link;
        Expires = expires;
        Buffer = null;
        PieceCount = 0;
        ReceivedLength = 0;
        TotalLength = -1;
        HeaderLength = 0;
        AnyBroadcast = AnyMulticast = SawNotEct = SawEct = SawCongestion = false;
        Older = Newer = null;
    }

    /// <summary>Where a piece would go: among the others, or not at all.</summary>
    public PieceFit Fit(int start, int end, out int position)
    {
        position = PieceCount;
        while (position > 0 && _starts[position - 1] >= start) position--;
        bool hasNext = position < PieceCount;
        if (hasNext && _starts[position] == start && _ends[position] == end) return PieceFit.Duplicate;
        if (position > 0 && _ends[position - 1] > start) return PieceFit.Overlap;
        if (hasNext && _starts[position] < end) return PieceFit.Overlap;
        if (TotalLength >= 0 && end > TotalLength) return PieceFit.Overlap;
        return PieceFit.New;
    }

    public void Insert(int position, int start, int end)
    {
        _starts.AsSpan(position, PieceCount - position).CopyTo(_starts.AsSpan(position + 1));
        _ends.AsSpan(position, PieceCount - position).CopyTo(_ends.AsSpan(position + 1));
        _starts[position] = (ushort)start;
        _ends[position] = end;
        PieceCount++;
        ReceivedLength += end - start;
    }

    public void NoteEcn(EcnCodepoint ecn)
    {
        switch (ecn)
        {
            case EcnCodepoint.NotEct: SawNotEct = true; break;
            case EcnCodepoint.CongestionExperienced: SawCongestion = true; break;
            default: SawEct = true; break;
        }
    }
}

/// <summary>How a piece goes with those that are here.</summary>
internal enum PieceFit
{
    New,
    Duplicate,

    /// <summary>Covers octets that are here already, or lies beyond the end.</summary>
    Overlap,
}
