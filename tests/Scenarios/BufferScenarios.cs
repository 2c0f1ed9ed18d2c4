using StackSharp.Stack.Buffers;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>Buffers that nobody set a size for follow the path, the reader and the stack's memory.</summary>
public sealed class BufferScenarios
{
    private const string LongFat = "nop,wscale 14";
    private static readonly TcpLayerOptions WideOpen = new() { InitialWindowSegments = 2000 };

    [Fact]
    public void A_long_fat_path_gets_a_send_buffer_of_twice_what_it_holds_and_more()
    {
        using TcpScenario tcp = Sender(WideOpen);
        Assert.Equal(1 << 20, tcp.Info.SendBuffer);
        int largest = Fill(tcp, rounds: 8, roundTrip: "+.1");
        // Each round brought all that there was room for: the buffer has grown as far as it goes.
        Assert.Equal(tcp.Layer.Options.MaximumSendBufferBytes, largest);
        Assert.True(tcp.Info.BytesInFlight + tcp.Info.BytesUnsent <= largest);
    }

    [Fact]
    public void A_path_that_only_queues_gets_no_more_than_the_share()
    {
        // The handshake took a millisecond; what is sent stands in a queue for a tenth of a second.
        using TcpScenario tcp = Sender(WideOpen, roundTrip: "+.001");
        Assert.InRange(Fill(tcp, rounds: 10, roundTrip: "+.1"), 1 << 20, 4 << 20);
    }

    [Fact]
    public void Under_pressure_send_buffers_stop_growing_and_shrink_to_the_least_when_memory_is_nearly_spent()
    {
        using TcpScenario tcp = Sender(WideOpen);
        tcp.Network.Memory = MemoryState.Pressure;
        Assert.Equal(tcp.Layer.Options.LeastBufferBytes, Fill(tcp, rounds: 5, roundTrip: "+.1"));
        tcp.Network.Memory = MemoryState.Low;
        Assert.True(Fill(tcp, rounds: 5, roundTrip: "+.1") > 4 << 20);
        tcp.Network.Memory = MemoryState.High;
        Assert.Equal(tcp.Layer.Options.LeastBufferBytes, tcp.Info.SendBuffer);
        Assert.Equal(TransportError.WouldBlock, tcp.App.TrySend(1, out int _));
        tcp.Network.Memory = MemoryState.Low;
        Fill(tcp, rounds: 1, roundTrip: "+.1");
    }

    [Fact, Covers("TCP-BUF-3")]
    public void A_writer_whom_scarce_memory_stopped_goes_on_when_its_octets_arrive()
    {
        using TcpScenario tcp = Sender(WideOpen);
        tcp.Network.Memory = MemoryState.High;
        Assert.Equal(TransportError.None, tcp.App.TrySend(1 << 20, out int taken));
        Assert.Equal(tcp.Layer.Options.LeastBufferBytes, taken);
        Assert.Equal(TransportError.WouldBlock, tcp.App.TrySend(1, out int _));
        tcp.App.TakeEvents();
        tcp.DropSent();
        tcp.Inject($"+.1 < . 1:1(0) ack {1 + taken} win 65535");
        Assert.True(tcp.App.TakeEvents().HasFlag(EndpointEvents.Writable));
        tcp.App.Send(1000);
    }

    [Theory]
    [InlineData(1, 1 << 20), InlineData(2, 512 << 10), InlineData(3, 320 << 10), InlineData(50, 256 << 10)]
    public void Connections_that_send_in_bulk_share_what_fits_the_processors_cache(int senders, int share)
    {
        using TcpScenario tcp = Sender(new TcpLayerOptions { InitialWindowSegments = 10 });
        tcp.App.Send(100_000);
        tcp.DropSent();
        for (int i = 1; i < senders; i++)
        {
            long never = 0;
            tcp.Layer.BulkSenders.Note(ref never, tcp.Now);
        }
        Assert.Equal(share, tcp.Info.SendBuffer);
        // Two periods later none of the others has sent again.
        tcp.Inject("+.25 < . 1:1(0) ack 100001 win 65535");
        tcp.App.Send(100_000);
        Assert.Equal(1 << 20, tcp.Info.SendBuffer);
        tcp.DropSent();
    }

    [Fact]
    public void A_size_that_was_set_stays_whatever_path_and_memory_say()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1460, peerOptions: LongFat, options: WideOpen, socket: new() { SendBufferBytes = 300_000, ReceiveBufferBytes = 200_000 });
        tcp.Network.Path.Segmentation = 65_535;
        Assert.Equal(300_000, Fill(tcp, rounds: 5, roundTrip: "+.1"));
        tcp.Network.Memory = MemoryState.High;
        Assert.Equal((300_000, 200_000), (tcp.Info.SendBuffer, tcp.Info.ReceiveBuffer));
    }

    [Fact, Covers("TCP-BUF-2")]
    public void A_reader_that_keeps_up_on_a_long_path_is_offered_more_and_the_edge_never_moves_back()
    {
        using TcpScenario tcp = TcpScenario.Listening(options: new TcpLayerOptions { MaximumReceiveBufferBytes = 3 << 20 });
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460,nop,wscale 7>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        long edge = 0;
        uint at = 1;
        for (int round = 0; round < 16; round++)
        {
            // As much as the window takes in a round trip, in segments of 64,000 octets.
            for (long left = tcp.Info.ReceiveWindow; left >= 64_000; left -= 64_000, at += 64_000) tcp.Inject($"+0 < . {at}:{at + 64_000}(64000) ack 1 win 65535");
            if (round == 10)
            {
                tcp.Network.Memory = MemoryState.High;
                Assert.Equal(tcp.Layer.Options.LeastBufferBytes, tcp.Info.ReceiveBuffer);
            }
            if (round == 13) tcp.Network.Memory = MemoryState.Low;
            tcp.App.Detach();
            tcp.Inject($"+.1 < . {at}:{at}(0) ack 1 win 65535");
            tcp.DropSent();
            long next = at + tcp.Info.ReceiveWindow;
            Assert.True(next >= edge, $"The right edge moved from {edge} back to {next}.");
            edge = next;
        }
        Assert.Equal(tcp.Layer.Options.MaximumReceiveBufferBytes, tcp.Info.ReceiveBuffer);
    }

    [Fact, Covers("TCP-BUF-2", "TCP-9293-S14")]
    public void What_waits_behind_a_hole_takes_no_room_from_what_follows()
    {
        using TcpScenario tcp = TcpScenario.Established(
            mss: 1460, peerOptions: LongFat, options: new() { InitialReceiveBufferBytes = 128 << 10, MaximumReceiveBufferBytes = 200 << 10 });
        tcp.Inject("+0 < . 1001:51001(50000) ack 1 win 65535");
        Assert.Equal((128 << 10) + 50_000, tcp.Info.ReceiveBuffer);
        Assert.InRange(tcp.Info.ReceiveWindow, (128 << 10) + 49_900, (128 << 10) + 50_000);
        tcp.Inject("+0 < . 51001:111001(60000) ack 1 win 65535");
        Assert.Equal(200 << 10, tcp.Info.ReceiveBuffer);
        tcp.Network.Memory = MemoryState.Pressure;
        Assert.Equal(128 << 10, tcp.Info.ReceiveBuffer);
        tcp.Network.Memory = MemoryState.Low;
        long edge = 1 + tcp.Info.ReceiveWindow;
        tcp.Inject("+0 < . 1:1001(1000) ack 1 win 65535");
        Assert.Equal(128 << 10, tcp.Info.ReceiveBuffer);
        Assert.Equal(edge, 111_001 + tcp.Info.ReceiveWindow);
        Assert.Equal(111_000, tcp.App.Detach());
        tcp.DropSent();
    }

    private static TcpScenario Sender(TcpLayerOptions options, string roundTrip = "+.1")
    {
        TcpScenario tcp = TcpScenario.Listening(options: options);
        tcp.Inject($"+0 < S 0:0(0) win 65535 <mss 1460,{LongFat}>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        tcp.Inject($"{roundTrip} < . 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        tcp.Network.Path.Segmentation = 65_535;
        return tcp;
    }

    // A program that always has more, and a peer that acknowledges all of it after each round trip. Returns the largest buffer seen.
    private static int Fill(TcpScenario tcp, int rounds, string roundTrip)
    {
        int largest = 0;
        byte[] block = new byte[1 << 20];
        for (int round = 0; round < rounds; round++)
        {
            while (tcp.Connection!.Send(block, TcpSendFlags.None, tcp.Now, out int _) == TransportError.None)
            {
            }
            tcp.DropSent();
            tcp.Inject($"{roundTrip} < . 1:1(0) ack {(uint)tcp.Info.BytesSent + 1} win 65535");
            tcp.DropSent();
            largest = Math.Max(largest, tcp.Info.SendBuffer);
        }
        return largest;
    }
}
