using StackSharp.Drivers.Wrappers;
using StackSharp.Stack;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Tests.Simulation;

/// <summary>A whole stack on a simulated Ethernet.</summary>
internal sealed class StackNode : ISimulatedHost
{
    private readonly NetworkStack _stack;
    private readonly NetworkInterface _interface;
    private readonly TransmitFrame[] _frame = new TransmitFrame[1];
    private bool _ended;

    public StackNode(IpAddress address, MacAddress mac, TcpLayerOptions tcp, ulong seed, Instant now)
    {
        Address = address;
        _stack = new NetworkStack(new NetworkStackOptions { Tcp = tcp }, new SeededRandomSource(seed));
        _interface = _stack.AddInterface(new LinkDeviceInfo("sim", LinkMedium.Ethernet, mac, 1500, 1514), now);
        _stack.AddAddress(_interface, new IpPrefix(address, 24), now);
    }

    public NetworkStack Stack => _stack;

    public TcpLayer Tcp => _stack.Tcp;

    public ReadyQueue Ready => _stack.Ready;

    public IpAddress Address { get; }

    public Instant NextDeadline => _stack.NextDeadline;

    public void Deliver(byte[] frame, Instant now)
    {
        PacketBuffer buffer = _stack.RentReceiveBuffer(_interface) ?? throw new SimulationException("no receive buffer left");
        frame.CopyTo(buffer.Storage);
        buffer.SetRange(0, frame.Length);
        _stack.OnFrames(_interface, [buffer], now);
        buffer.Release();
    }

    public void OnDeadline(Instant now) => _stack.OnDeadline(now);

    public void EndEntry(Instant now) => _stack.OnEntryEnd(now);

    public bool TryMark(byte[] frame)
    {
        bool isCapable = EcnMark.IsCapable(frame, LinkMedium.Ethernet);
        if (isCapable) EcnMark.Set(frame, LinkMedium.Ethernet);
        return isCapable;
    }

    public bool TryTakeFrame(out byte[] frame)
    {
        frame = [];
        if (_interface.TransmitQueue.Dequeue(_frame) == 0) return false;
        frame = new byte[_frame[0].Length];
        _frame[0].CopyTo(frame);
        _frame[0].Release();
        return true;
    }

    public int End(Instant now)
    {
        _stack.Shutdown(now);
        _stack.Dispose();
        _ended = true;
        return _stack.OutstandingBuffers;
    }

    public void Dispose()
    {
        if (!_ended) _stack.Dispose();
    }
}
