using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>Records: <see cref="TcpSendFlags.EndOfRecord"/>, Linux's MSG_EOR.</summary>
public sealed class RecordScenarios
{
    private const TcpSendFlags End = TcpSendFlags.EndOfRecord;
    private static readonly TcpLayerOptions OneSegment = new() { InitialWindowSegments = 1 };

    [Fact]
    public void No_segment_spans_the_end_of_a_record()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: OneSegment);
        tcp.App.Send(1400);
        tcp.App.Send(400, End);
        tcp.App.Send(400, End);
        tcp.App.Send(5000);
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
        tcp.Inject("+.01 < . 1:1(0) ack 1001 win 65535");
        // What stood before a record's octets may share their segment.
        tcp.Expect("+0 > P. 1001:1801(800) ack 1", "+0 > P. 1801:2201(400) ack 1");
        tcp.Inject("+.01 < . 1:1(0) ack 2201 win 65535");
        tcp.Expect("+0 > . 2201:3201(1000) ack 1", "+0 > . 3201:4201(1000) ack 1");
    }

    [Fact]
    public void A_burst_for_the_device_to_cut_ends_with_its_record()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: OneSegment);
        tcp.Network.Path.Segmentation = 65_535;
        tcp.App.Send(1000);
        tcp.App.Send(1500, End);
        tcp.App.Send(8000);
        tcp.Expect("+0 > P. 1:1001(1000) ack 1");
        for (uint end = 1001; end < 2501; end += 1000)
        {
            tcp.Inject($"+.01 < . 1:1(0) ack {end} win 65535");
            tcp.Expect(end == 1001 ? "+0 > . 1001:2001(1000) ack 1" : "+0 > . 2501:3501(1000) ack 1");
            if (end == 1001) tcp.Expect("+0 > P. 2001:2501(500) ack 1");
        }
    }

    [Fact]
    public void Records_stay_apart_when_they_are_sent_again()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: new() { NoDelay = true });
        for (int i = 0; i < 3; i++) tcp.App.Send(400, End);
        tcp.Expect("+0 > P. 1:401(400) ack 1", "+0 > P. 401:801(400) ack 1", "+0 > P. 801:1201(400) ack 1", "+.2 > P. 1:401(400) ack 1");
        tcp.Inject("+.01 < . 1:1(0) ack 401 win 65535");
        tcp.Expect("+0 > P. 401:801(400) ack 1", "+0 > P. 801:1201(400) ack 1");
        Assert.Equal(1200, tcp.Info.BytesRetransmitted);
    }

    [Fact]
    public void A_small_record_waits_only_while_nothing_stands_behind_it()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(400, End);
        tcp.App.Send(400, End);
        tcp.Expect("+0 > P. 1:401(400) ack 1");
        tcp.ExpectSilence();
        tcp.App.Send(400, End);
        tcp.Expect("+0 > P. 401:801(400) ack 1");
        tcp.Inject("+.01 < . 1:1(0) ack 801 win 65535");
        tcp.Expect("+0 > P. 801:1201(400) ack 1");
    }

    [Fact]
    public void A_probe_of_new_octets_ends_with_its_record()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: "nop,nop,sackOK", options: OneSegment);
        tcp.App.Send(1000);
        tcp.App.Send(400, End);
        tcp.App.Send(1000);
        tcp.Expect("+0 > P. 1:1001(1000) ack 1", "+.2 > P. 1001:1401(400) ack 1");
        Assert.Equal((1, 0L), (tcp.Info.LossProbes, tcp.Info.BytesRetransmitted));
    }

    [Fact]
    public void A_record_of_which_a_part_was_taken_has_not_ended()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: new() { SendBufferBytes = 1500 }, options: OneSegment);
        Assert.Equal(TransportError.None, tcp.App.TrySend(2000, out int taken, End));
        Assert.Equal(1500, taken);
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
        tcp.App.TrySend(500, out taken);
        Assert.Equal(0, taken);
        tcp.Inject("+.01 < . 1:1(0) ack 1001 win 65535");
        tcp.Expect("+0 > P. 1001:1501(500) ack 1");
        tcp.App.Send(400);
        tcp.App.Send(600);
        tcp.Expect("+0 > P. 1501:2501(1000) ack 1");
    }

    [Fact]
    public void So_many_records_may_wait_and_no_more()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: OneSegment);
        for (int i = 0; i < RecordEnds.Most; i++) tcp.App.Send(1, End);
        Assert.Equal(0, tcp.Connection!.SendSpace);
        Assert.Equal(TransportError.WouldBlock, tcp.App.TrySend(1, out int taken));
        Assert.Equal(0, taken);
        tcp.DropSent();
        tcp.App.TakeEvents();
        tcp.Inject("+.01 < . 1:1(0) ack 2 win 65535");
        Assert.True(tcp.App.TakeEvents().HasFlag(EndpointEvents.Writable));
        tcp.App.Send(1, End);
        tcp.DropSent();
    }

    [Fact]
    public void A_connection_that_takes_over_the_objects_knows_none_of_the_records()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(400, End);
        tcp.Expect("+0 > P. 1:401(400) ack 1");
        tcp.Inject("+.01 < . 1:1(0) ack 401 win 65535");
        tcp.App.Send(2000);
        tcp.Expect("+0 > . 401:1401(1000) ack 1", "+0 > P. 1401:2401(1000) ack 1");
    }
}
