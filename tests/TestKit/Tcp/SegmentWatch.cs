using System.Globalization;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire.Tcp;
using Xunit;

namespace StackSharp.Tests.TestKit.Tcp;

/// <summary>Holds what must be true of every segment that is sent, whatever the scenario is about.</summary>
internal sealed class SegmentWatch(TcpLayer layer)
{
    private readonly Dictionary<(ushort Local, ushort Remote), SequenceNumber> _edges = [];

    /// <summary>The acknowledged edge of the window never moves left (INV-3), reserved bits are zero, and a header makes sense.</summary>
    public void Check(byte[] segment)
    {
        Assert.True(TcpHeader.TryParse(segment, out TcpHeader header), "A malformed TCP header was sent.");
        Assert.Equal(0, segment[12] & 0x0E);
        Assert.False(header.Has(TcpControlBits.Syn) && (header.Has(TcpControlBits.Fin) || header.Has(TcpControlBits.Rst)), "SYN with FIN or RST was sent.");
        Assert.False(TcpSegmentOptions.Parse(header.Options).Malformed, "Malformed options were sent.");
        (ushort, ushort) key = (header.SourcePort, header.DestinationPort);
        if (!header.Has(TcpControlBits.Ack) || header.Has(TcpControlBits.Rst)) return;
        int shift = header.Has(TcpControlBits.Syn) ? 0 : ShiftOf(header);
        SequenceNumber edge = header.Acknowledgment + ((uint)header.Window << shift);
        if (!header.Has(TcpControlBits.Syn) && _edges.TryGetValue(key, out SequenceNumber before))
            Assert.False(edge.IsBefore(before), string.Create(CultureInfo.InvariantCulture, $"The window's right edge moved left by {before - edge} octets."));
        _edges[key] = edge;
    }

    private int ShiftOf(in TcpHeader header)
    {
        foreach (TcpConnection connection in layer.Connections)
            if (connection.Local.Port == header.SourcePort && connection.Remote.Port == header.DestinationPort)
                return connection.GetInfo(default).ReceiveWindowScale;
        return 0;
    }
}
