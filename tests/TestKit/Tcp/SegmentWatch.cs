using System.Globalization;
using StackSharp.Stack.Time;
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

    /// <summary>A loss timer is armed while data is outstanding, and the persist timer only when none is and some waits (INV-6).</summary>
    public void CheckTimers()
    {
        foreach (TcpConnection connection in layer.Connections)
        {
            TcpInfo info = connection.GetInfo(default);
            bool loss = connection.DeadlineOf(TcpTimer.Retransmit) != Instant.Never;
            bool persist = connection.DeadlineOf(TcpTimer.Persist) != Instant.Never;
            Assert.True(info.BytesInFlight == 0 || loss, $"{connection.State}: {info.BytesInFlight} octets are outstanding and no timer watches them.");
            Assert.False(persist && (info.BytesInFlight > 0 || info.BytesUnsent == 0), $"{connection.State}: the persist timer is armed beside the loss timer.");
        }
    }

    private int ShiftOf(in TcpHeader header)
    {
        foreach (TcpConnection connection in layer.Connections)
            if (connection.Local.Port == header.SourcePort && connection.Remote.Port == header.DestinationPort)
                return connection.GetInfo(default).ReceiveWindowScale;
        return 0;
    }
}
