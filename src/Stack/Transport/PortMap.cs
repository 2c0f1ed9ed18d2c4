namespace StackSharp.Stack.Transport;

/// <summary>The local ports that one stack holds, for others to look at: one bit each.</summary>
/// <remarks>Its stack writes, under its lock; anybody reads, without one. What is read may be old by a moment, as any packet may be.</remarks>
internal sealed class PortMap
{
    private readonly ulong[] _words = new ulong[(ushort.MaxValue + 1) / 64];

    public bool Contains(ushort port) => (Volatile.Read(ref _words[port >> 6]) >> (port & 63) & 1) != 0;

    public void Add(ushort port) => Volatile.Write(ref _words[port >> 6], _words[port >> 6] | 1UL << (port & 63));

    public void Remove(ushort port) => Volatile.Write(ref _words[port >> 6], _words[port >> 6] & ~(1UL << (port & 63)));
}
