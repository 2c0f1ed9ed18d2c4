using StackSharp.Stack;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Tests.Stack.Network;
using Xunit;

namespace StackSharp.Tests.Stack;

/// <summary>Sockets that nobody reads cost those that somebody reads nothing: not the memory to receive into, nor that to queue in.</summary>
public sealed class UnreadDataTests
{
    private const int Sockets = 30;

    private static NetworkStackOptions SmallPools => new() { SmallBufferBytes = 1 << 20, ChunkBufferBytes = 2 << 20, LargeBufferBytes = 4 << 20 };

    [Theory]
    [InlineData(1, 200)]
    [InlineData(3000, 200)]
    [InlineData(40_000, 30)]
    public void Unread_datagrams_leave_memory_for_those_that_are_read(int length, int datagrams)
    {
        using StackOnWire wire = new(SmallPools, mtu: 65_535);
        UdpEndpoint[] unread = [.. Enumerable.Range(1000, Sockets).Select(port => Bound(wire, (ushort)port))];
        for (int i = 0; i < datagrams; i++)
            foreach (UdpEndpoint endpoint in unread) wire.InjectIpv4(StackOnWire.Udp(endpoint.Local.Port, new byte[length]));
        Assert.True(wire.Stack.Statistics.Udp.Drops(UdpDropReason.NoBuffers) > 0, "The pools were not put to the test.");
        Assert.Equal(0, wire.Stack.Statistics.ReceiveBufferFailures);
        wire.AssertAnswersPing();
        UdpEndpoint read = Bound(wire, 7);
        for (int i = 0; i < 100; i++)
        {
            wire.InjectIpv4(StackOnWire.Udp(7, [(byte)i]));
            Assert.Equal(TransportError.None, read.TryReceive(false, out UdpDatagram datagram));
            Assert.Equal([(byte)i], datagram.Payload.Span.ToArray());
            datagram.Payload.Buffer.Release();
        }
        PacketBuffer[] forReceiving = [.. Enumerable.Range(0, 8).Select(_ => wire.Stack.RentReceiveBuffer(wire.Interface)!)];
        Assert.DoesNotContain(null, forReceiving);
        foreach (PacketBuffer buffer in forReceiving) buffer.Release();
    }

    [Fact]
    public void A_datagram_counts_with_the_memory_that_it_holds()
    {
        using StackOnWire wire = new(mtu: 65_535);
        UdpEndpoint endpoint = Bound(wire, 7);
        endpoint.Options = endpoint.Options with { ReceiveBufferBytes = 100_000 };
        int Fill(int length)
        {
            for (int i = 0; i < 1000; i++) wire.InjectIpv4(StackOnWire.Udp(7, new byte[length]));
            int queued = endpoint.QueuedDatagrams;
            while (endpoint.TryReceive(false, out UdpDatagram datagram) == TransportError.None) datagram.Payload.Buffer?.Release();
            return queued;
        }
        Assert.Equal(100_000 / 256, Fill(0));
        Assert.InRange(Fill(1), 100_000 / 2560, (100_000 / 2560) + 1);
        Assert.InRange(Fill(3000), 5, 6);   // Copied out of the 66 KiB that they came in.
        Assert.Equal(1, Fill(60_000));
        Assert.Equal(100_000 / 256, Fill(0));
    }

    [Fact]
    public void Owners_of_buffers_are_named_by_what_they_do()
    {
        using StackOnWire wire = new(mtu: 65_535);
        UdpEndpoint endpoint = Bound(wire, 7);
        wire.InjectIpv4(StackOnWire.Udp(7, new byte[1]), StackOnWire.Udp(7, new byte[60_000]));
        Assert.Equal(["receive test", "udp receive"], wire.Stack.OutstandingBufferOwners.Order(StringComparer.Ordinal));
        endpoint.Close();
        Assert.Empty(wire.Stack.OutstandingBufferOwners);
    }

    private static UdpEndpoint Bound(StackOnWire wire, ushort port)
    {
        UdpEndpoint endpoint = wire.Stack.Udp.Create(wire);
        Assert.Equal(TransportError.None, endpoint.Bind(new IpEndpoint(IpAddress.AnyIpv4, port), PortSharing.Default));
        return endpoint;
    }
}
