using StackSharp.Stack.Buffers;

namespace StackSharp.Stack.Transport.Udp;

/// <summary>Datagrams that wait to be read, bounded by octets: each costs its payload and a fixed amount for itself.</summary>
internal sealed class DatagramQueue
{
    /// <summary>What a datagram costs beside its payload, in octets.</summary>
    public const int Overhead = 256;

    private UdpDatagram[] _ring = [];
    private int _first;

    public int Count { get; private set; }

    /// <summary>Octets of payload.</summary>
    public int Octets { get; private set; }

    /// <summary>Room for one more of this size.</summary>
    public bool HasRoom(int octets, int budget) => Octets + (long)octets + ((Count + 1L) * Overhead) <= budget || (Count == 0 && octets + Overhead > budget && budget > 0);

    public void Enqueue(in UdpDatagram datagram)
    {
        if (Count == _ring.Length) Grow();
        _ring[(_first + Count) & (_ring.Length - 1)] = datagram;
        Count++;
        Octets += datagram.Payload.Length;
    }

    public ref readonly UdpDatagram Peek() => ref _ring[_first];

    public UdpDatagram Dequeue()
    {
        UdpDatagram datagram = _ring[_first];
        _ring[_first] = default;
        _first = (_first + 1) & (_ring.Length - 1);
        Count--;
        Octets -= datagram.Payload.Length;
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

    private void Grow()
    {
        UdpDatagram[] larger = new UdpDatagram[Math.Max(8, _ring.Length * 2)];
        for (int i = 0; i < Count; i++) larger[i] = _ring[(_first + i) & (_ring.Length - 1)];
        _ring = larger;
        _first = 0;
    }
}
