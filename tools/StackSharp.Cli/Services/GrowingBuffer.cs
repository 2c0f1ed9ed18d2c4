using System.Buffers;

namespace StackSharp.Cli.Services;

/// <summary>A receive buffer that starts small, so that an idle connection costs little, and grows while the peer fills it.</summary>
/// <remarks>A structure that changes: a local variable of its user, not a <c>using</c> one, which would be copied.</remarks>
internal struct GrowingBuffer : IDisposable
{
    private const int Growth = 4;
    private readonly int _largest;
    private byte[] _octets;

    /// <param name="first">Octets to start with.</param>
    /// <param name="largest">Octets beyond which it does not grow.</param>
    public GrowingBuffer(int first, int largest)
    {
        _octets = ArrayPool<byte>.Shared.Rent(first);
        _largest = largest;
    }

    public readonly Memory<byte> Memory => _octets;

    /// <summary>Tells how much of it was used; its content may be lost thereby.</summary>
    public void Used(int octets)
    {
        if (octets < _octets.Length || octets >= _largest) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Min(_octets.Length * Growth, _largest));
        ArrayPool<byte>.Shared.Return(_octets);
        _octets = larger;
    }

    public void Dispose()
    {
        byte[] octets = _octets;
        _octets = [];
        if (octets.Length > 0) ArrayPool<byte>.Shared.Return(octets);
    }
}
