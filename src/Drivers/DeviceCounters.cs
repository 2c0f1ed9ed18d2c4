using System.Runtime.InteropServices;
using StackSharp.Stack.Link;

namespace StackSharp.Drivers;

/// <summary>The counters behind <see cref="LinkDeviceStatistics"/>: one thread writes each direction, any thread reads.</summary>
/// <remarks>The two directions lie 128 octets apart: the processor fetches cache lines in pairs, and the writers must not fight over one.</remarks>
[StructLayout(LayoutKind.Explicit, Size = 384)]
internal struct DeviceCounters
{
    [FieldOffset(128)]
    private long _framesReceived;
    [FieldOffset(136)]
    private long _octetsReceived;
    [FieldOffset(144)]
    private long _receiveDrops;
    [FieldOffset(256)]
    private long _framesSent;
    [FieldOffset(264)]
    private long _octetsSent;
    [FieldOffset(272)]
    private long _transmitDrops;

    public void AddReceived(int frames, long octets)
    {
        Volatile.Write(ref _framesReceived, _framesReceived + frames);
        Volatile.Write(ref _octetsReceived, _octetsReceived + octets);
    }

    public void AddReceiveDrops(long frames) => Volatile.Write(ref _receiveDrops, _receiveDrops + frames);

    public void AddSent(int frames, long octets)
    {
        Volatile.Write(ref _framesSent, _framesSent + frames);
        Volatile.Write(ref _octetsSent, _octetsSent + octets);
    }

    public void AddTransmitDrops(long frames) => Volatile.Write(ref _transmitDrops, _transmitDrops + frames);

    public readonly LinkDeviceStatistics Read() => new(
        Volatile.Read(in _framesReceived), Volatile.Read(in _octetsReceived), Volatile.Read(in _receiveDrops),
        Volatile.Read(in _framesSent), Volatile.Read(in _octetsSent), Volatile.Read(in _transmitDrops));
}
