using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.Sending;

/// <summary>Where the records end that no segment is to span: of what is queued and not acknowledged, in order.</summary>
internal sealed class RecordEnds
{
    /// <summary>So many at most, however short they are: the writer waits then.</summary>
    public const int Most = 8192;

    private SequenceNumber[] _ends = new SequenceNumber[16];
    private int _head;
    private int _count;

    public bool IsFull => _count >= Most;

    /// <param name="end">The octet after the record's last, behind those before.</param>
    public void Add(SequenceNumber end)
    {
        if (_count == _ends.Length) Grow();
        At(_count++) = end;
    }

    /// <summary>Drops the ends of records that have arrived.</summary>
    public void Acknowledge(SequenceNumber acknowledgment)
    {
        for (; _count > 0 && At(0).IsAtOrBefore(acknowledgment); _count--) _head++;
    }

    /// <summary>What of the octets from <paramref name="start"/> on belongs to one record.</summary>
    public int Limit(SequenceNumber start, int length)
    {
        int index = IndexAfter(start);
        return index == _count ? length : Math.Min(length, At(index) - start);
    }

    public bool Contains(SequenceNumber end)
    {
        int index = IndexAfter(end - 1);
        return index < _count && At(index) == end;
    }

    public void Clear() => _head = _count = 0;

    private ref SequenceNumber At(int index) => ref _ends[(_head + index) & (_ends.Length - 1)];

    private int IndexAfter(SequenceNumber sequence)
    {
        int low = 0, high = _count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (At(middle).IsAfter(sequence)) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    private void Grow()
    {
        SequenceNumber[] larger = new SequenceNumber[_ends.Length * 2];
        for (int i = 0; i < _count; i++) larger[i] = At(i);
        _ends = larger;
        _head = 0;
    }
}
