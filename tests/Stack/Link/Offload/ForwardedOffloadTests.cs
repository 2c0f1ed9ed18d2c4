using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.Drivers;
using Xunit;

namespace StackSharp.Tests.Stack.Link.Offload;

public sealed class ForwardedOffloadTests
{
    private static readonly RawStation From = new(MacAddress.Parse("02:00:00:00:00:01"), IpAddress.Parse("198.18.0.1"));
    private static readonly RawStation To = new(MacAddress.Parse("02:00:00:00:00:02"), IpAddress.Parse("198.18.0.2"));

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_merged_segment_is_to_be_cut_again_whether_its_checksum_is_there_or_not(bool partial)
    {
        byte[] frame = Tcp(3500, partial);
        Assert.True(ForwardedOffload.TryPrepare(frame, LinkMedium.Ethernet, new ReceiveOffload(true, 1000), out TransmitOffload offload));
        Assert.Equal(new TransmitOffload(true, 34, 16, SegmentationKind.TcpIpv4, 1000, 54), offload);
        ChecksumCompletion.Complete(frame, LinkMedium.Ethernet, offload);
        Assert.Equal(Tcp(3500, partial: false), frame);
    }

    [Fact]
    public void A_single_segment_needs_its_checksum_only()
    {
        byte[] frame = Tcp(1000, partial: true);
        Assert.True(ForwardedOffload.TryPrepare(frame, LinkMedium.Ethernet, new ReceiveOffload(true, 1000), out TransmitOffload offload));
        Assert.Equal(new TransmitOffload(true, 34, 16, SegmentationKind.None, 0, 54), offload);
    }

    [Fact]
    public void Datagrams_in_one_frame_are_to_be_cut_as_such()
    {
        byte[] frame = From.Udp(To, 1, 2, new byte[3000]);
        Assert.True(ForwardedOffload.TryPrepare(frame, LinkMedium.Ethernet, new ReceiveOffload(true, 1200), out TransmitOffload offload));
        Assert.Equal(new TransmitOffload(true, 34, 6, SegmentationKind.Udp, 1200, 42), offload);
    }

    [Fact]
    public void What_nobody_vouched_for_stays_as_it_is()
    {
        byte[] frame = Tcp(100, partial: false);
        frame[^1] ^= 1;   // Damaged on the way here: its receiver has to find out.
        byte[] before = [.. frame];
        Assert.True(ForwardedOffload.TryPrepare(frame, LinkMedium.Ethernet, default, out TransmitOffload offload));
        Assert.Equal(default, offload);
        Assert.Equal(before, frame);
    }

    [Fact]
    public void A_datagram_without_checksum_stays_without()
    {
        byte[] frame = From.Udp(To, 1, 2, new byte[100]);
        frame[40] = frame[41] = 0;
        Assert.True(ForwardedOffload.TryPrepare(frame, LinkMedium.Ethernet, new ReceiveOffload(true, 0), out TransmitOffload offload));
        Assert.Equal(default, offload);
        Assert.Equal(0, frame[40] | frame[41]);
    }

    [Fact]
    public void What_cannot_be_cut_is_refused_if_it_was_merged()
    {
        byte[] arp = new byte[60];
        Assert.False(ForwardedOffload.TryPrepare(arp, LinkMedium.Ethernet, new ReceiveOffload(true, 1000), out _));
        Assert.True(ForwardedOffload.TryPrepare(arp, LinkMedium.Ethernet, new ReceiveOffload(true, 0), out TransmitOffload offload));
        Assert.Equal(default, offload);
    }

    private static byte[] Tcp(int payloadBytes, bool partial) => From.Tcp(To, 1, 2, 3, 4, TcpControlBits.Ack, new byte[payloadBytes], partial);
}
