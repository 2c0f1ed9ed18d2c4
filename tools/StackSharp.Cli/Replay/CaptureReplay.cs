using StackSharp.Cli.Output;
using StackSharp.Stack;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;

namespace StackSharp.Cli.Replay;

/// <summary>
/// A stack that lives in a capture's own time: frames reach it when they were recorded, and its timers run between them.
/// Random numbers come from a seed, so that a replay always says the same.
/// </summary>
internal sealed class CaptureReplay : IDisposable
{
    private const int SinkBytes = 16 << 10;
    private readonly NetworkStack _stack;
    private readonly NetworkInterface _interface;
    private readonly Action<ReplayLine> _onFrame;
    private readonly TransmitFrame[] _frames = new TransmitFrame[64];
    private readonly byte[] _sink = new byte[SinkBytes];
    private readonly IpAddress _address;
    private readonly bool _readdress;
    private Instant _now = Instant.Origin;

    public CaptureReplay(ReplayPlan plan, Action<ReplayLine> onFrame)
    {
        _onFrame = onFrame;
        _address = plan.Address.Address;
        _stack = new NetworkStack(new NetworkStackOptions(), new SeededRandomSource(plan.Seed));
        MacAddress own = plan.HardwareAddress ?? new MacAddress(0x02_00_00_00_00_63);
        _readdress = plan.HardwareAddress is null;
        _interface = _stack.AddInterface(
            new LinkDeviceInfo("replay", LinkMedium.Ethernet, own, plan.MaximumTransmissionUnit, ushort.MaxValue + EthernetHeader.MaximumSize), _now);
        ThrowIfFailed(_stack.AddAddress(_interface, plan.Address, _now), plan.Address.ToString());
        if (plan.Gateway is IpAddress gateway) _stack.Routes.Add(new IpPrefix(IpAddress.AnyIpv4, 0), gateway, _interface.Index);
        foreach (ushort port in plan.ListenPorts) Listen(port);
        Emit();
    }

    /// <summary>Hands the stack a frame; not one that another stack sent under the same address when the capture was made.</summary>
    /// <param name="at">When; not before the last one.</param>
    /// <param name="show">Say it to the listener as well.</param>
    public void Feed(ReadOnlySpan<byte> frame, Instant at, bool show)
    {
        RunUntil(at);
        bool isRecordedAnswer = IsFrom(_address, frame);
        if (show) _onFrame(new ReplayLine(Seconds, isRecordedAnswer ? "recorded" : "in", frame.Length, FrameText.Describe(frame)));
        if (isRecordedAnswer) return;
        PacketBuffer buffer = _stack.RentReceiveBuffer(_interface) ?? throw new CommandFailure("the stack has no buffer left: the capture keeps too much open");
        if (frame.Length <= buffer.Capacity)
        {
            frame.CopyTo(buffer.Storage);
            if (_readdress && frame.Length >= EthernetHeader.Size && !MacAddress.FromBytes(frame).IsMulticast) _interface.Device.Address.WriteTo(buffer.Storage);
            buffer.SetRange(0, frame.Length);
            _stack.OnFrames(_interface, [buffer], _now);
        }

        buffer.Release();
        Settle();
    }

    /// <summary>Lets the stack's time pass: every timer due on the way runs at its own moment.</summary>
    public void RunUntil(Instant moment)
    {
        while (_stack.NextDeadline <= moment)
        {
            _now = Instant.Max(_now, _stack.NextDeadline);
            _stack.OnDeadline(_now);
            Settle();
        }

        _now = Instant.Max(_now, moment);
    }

    public void Dispose() => _stack.Dispose();

    private double Seconds => _now.Nanoseconds / 1e9;

    private static bool IsFrom(in IpAddress address, ReadOnlySpan<byte> frame)
    {
        if (!EthernetHeader.TryParse(frame, out EthernetHeader ethernet)) return false;
        return ethernet.EtherType switch
        {
            EtherType.Arp => ArpPacket.TryParse(ethernet.Payload, out ArpPacket arp) && arp.SenderProtocolAddress == address,
            EtherType.Ipv4 => Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip, verifyChecksum: false) && ip.Source == address,
            _ => false,
        };
    }

    private void Listen(ushort port)
    {
        ThrowIfFailed(_stack.Tcp.Bind(new IpEndpoint(IpAddress.AnyIpv4, port), PortSharing.Default, out PortBinding? binding), $"port {port}");
        ThrowIfFailed(_stack.Tcp.Listen(binding!, _stack.Tcp.Options.MaximumBacklog, _stack.Tcp.Options.Socket, this, out _), $"port {port}");
    }

    /// <summary>Does what a program would: accepts, reads everything, and closes after the peer did.</summary>
    private void Settle()
    {
        while (_stack.Ready.Take() is TransportEndpoint endpoint)
        {
            endpoint.TakeEvents();
            switch (endpoint)
            {
                case TcpListener listener:
                    while (listener.TryAccept() is TcpConnection accepted)
                    {
                        accepted.Owner = this;
                        ReadAll(accepted);
                    }

                    break;
                case TcpConnection connection:
                    ReadAll(connection);
                    break;
            }
        }

        _stack.OnEntryEnd(_now);
        Emit();
    }

    private void ReadAll(TcpConnection connection)
    {
        TransportError error;
        int received;
        do error = connection.Receive(_sink, peek: false, _now, out received);
        while (error == TransportError.None && received > 0);
        if (error != TransportError.WouldBlock) connection.Close(_now);
    }

    private void Emit()
    {
        while (_interface.TransmitQueue.Dequeue(_frames) is > 0 and int count)
        {
            foreach (TransmitFrame frame in _frames.AsSpan(0, count))
            {
                byte[] octets = new byte[frame.Length];
                frame.CopyTo(octets);
                frame.Release();
                _onFrame(new ReplayLine(Seconds, "out", octets.Length, FrameText.Describe(octets)));
            }
        }
    }

    private static void ThrowIfFailed(TransportError error, string what)
    {
        if (error != TransportError.None) throw new CommandFailure($"{what}: {FailureText.Describe((System.Net.Sockets.SocketError)error)}");
    }
}

/// <summary>What stack the capture is fed to.</summary>
/// <param name="HardwareAddress">Null: unicast frames are handed over as if they had been sent to the stack, whatever station they were for.</param>
internal sealed record ReplayPlan(
    IpPrefix Address, IpAddress? Gateway, MacAddress? HardwareAddress, IReadOnlyList<ushort> ListenPorts, ulong Seed, int MaximumTransmissionUnit = 1500);
