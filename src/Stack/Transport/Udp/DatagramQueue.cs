using StackSharp.Stack.Buffers;

namespace StackSharp.Stack.Transport.Udp;

/// <summary>Datagrams that wait to be read, bounded by the memory that they hold: each costs its whole buffer and a fixed amount for itself.</summary>
internal sealed class DatagramQueue
{
    /// <summary>What a datagram costs beside its buffer, in octets.</summary>
    public const int Overhead = 256;

    private UdpDatagram[] _ring = [];
    private int _first;

    public int Count { get; private set; }

    /// <summary>Octets of payload.</summary>
    public int Octets { get; private set; }

    /// <summary>Octets of memory held.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>Room for one more that holds so much memory. One datagram always finds room, whatever it holds.</summary>
    public bool HasRoom(int heldBytes, int budget) => HeldBytes + heldBytes + Overhead <= budget || (Count == 0 && budget > 0);

    public void Enqueue(in UdpDatagram datagram)
    {
        if (Count == _ring.Length) Grow();
        _ring[(_first + Count) & (_ring.Length - 1)] = datagram;
        Count++;
        Octets += datagram.Payload.Length;
        HeldBytes += CostOf(datagram);
    }

    public ref readonly UdpDatagram Peek() => ref _ring[_first];

    public UdpDatagram Dequeue()
    {
        UdpDatagram datagram = _ring[_first];
        _ring[_first] = default;
        _first = (_first + 1) & (_ring.Length - 1);
        Count--;
        Octets -= datagram.Payload.Length;
        HeldBytes -= CostOf(datagram);
        return datagram;
    }

    public void Clear()
    {
        while (Count > 0)
        {
            PacketSlice payload = Dequeue().Payload;
            payload.Buffer?.Release();
        }
    }

    private static int CostOf(in UdpDatagram datagram) => (datagram.Payload.Buffer?.Capacity ?? 0) + Overhead;

    private void Grow()
    {
        UdpDatagram[] larger = new UdpDatagram[Math.Max(8, _ring.Length * 2)];
        for (int i = 0; i < Count; i++) larger[i] = _ring[(_first + i) & (_ring.Length - 1)];
        _ring = larger;
        _first = 0;
    }
}
