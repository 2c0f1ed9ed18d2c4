using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.Receiving;

/// <summary>The receiver's side of urgent data (RFC 9293 §3.8.5): where the mark is, and the octets taken out of the stream.</summary>
/// <param name="keptOctets">Octets that may wait to be read.</param>
internal sealed class UrgentData(int keptOctets)
{
    private readonly Queue<byte> _octets = new();

    /// <summary>Sequence number of the last urgent octet announced: RCV.UP - 1.</summary>
    public SequenceNumber Sequence { get; set; }

    /// <summary>The octet at <see cref="Sequence"/> has not been taken from the stream yet.</summary>
    public bool IsExpected { get; set; }

    /// <summary>Octets in the receive queue in front of the mark; -1: the mark is not in the queue.</summary>
    public int OctetsBeforeMark { get; set; } = -1;

    public bool HasOctet => _octets.Count > 0;

    /// <summary>Keeps an octet for MSG_OOB; when too many wait unread, the oldest goes.</summary>
    public void Keep(byte octet)
    {
        if (_octets.Count == keptOctets) _octets.Dequeue();
        _octets.Enqueue(octet);
    }

    public byte Read(bool peek) => peek ? _octets.Peek() : _octets.Dequeue();
}
