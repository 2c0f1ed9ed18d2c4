using System.Buffers.Binary;
using StackSharp.Packetdrill.Wire;
using Xunit;

namespace StackSharp.Tests.Packetdrill;

/// <summary>Socket options, TCP_INFO, and the settings that take sysctl's place.</summary>
public sealed class OptionTests
{
    private const int SocketLevel = 1;
    private const int TcpLevel = 6;
    private const int MoreFlag = 0x8000;
    private const int EndOfRecordFlag = 0x80;

    [Fact]
    public void TCP_INFO_has_its_fields_where_Linux_has_them()
    {
        using ScriptedTool tool = new();
        int socket = tool.Establish(tool.Listen(), "mss 1000,sackOK,nop,nop,nop,wscale 7");
        byte[] information = tool.Information(socket);
        Assert.Equal(1, information[0]);                                                            // TCP_ESTABLISHED
        Assert.Equal(0, information[1]);                                                            // TCP_CA_Open
        Assert.Equal(2 | 4, information[5]);                                                        // SACK, window scaling
        Assert.Equal(7 | 8 << 4, information[6]);                                                   // the two shifts
        Assert.Equal(1000, BinaryPrimitives.ReadInt32LittleEndian(information.AsSpan(16)));         // snd_mss
        Assert.Equal(0x7FFF_FFFF, BinaryPrimitives.ReadInt32LittleEndian(information.AsSpan(76)));  // snd_ssthresh
        Assert.Equal(10, BinaryPrimitives.ReadInt32LittleEndian(information.AsSpan(80)));           // snd_cwnd
        Assert.Equal(1460, BinaryPrimitives.ReadInt32LittleEndian(information.AsSpan(84)));         // advmss
        Assert.All(information[240..], octet => Assert.Equal(0, octet));                            // what is not known is zero
        tool.Write(socket, 2500);
        Assert.Equal(3, tool.InformationField(socket, 24));                                         // unacked
        tool.Inject("+.01 < . 1:1(0) ack 2501 win 257");
        Assert.Equal(0, tool.InformationField(socket, 24));
    }

    [Fact]
    public void A_socket_s_state_is_told_before_and_after_its_connection()
    {
        using ScriptedTool tool = new();
        Assert.Equal(7, tool.Information(tool.Socket())[0]);
        Assert.Equal(10, tool.Information(tool.Listen())[0]);
        int socket = tool.NonBlockingSocket();
        tool.Connect(socket);
        Assert.Equal(2, tool.Information(socket)[0]);
    }

    [Fact]
    public void Settings_are_those_of_the_moment_when_a_connection_begins()
    {
        using ScriptedTool tool = new();
        tool.Set("tcp_timestamps", "1");
        tool.Listen();
        tool.Set("tcp_timestamps", "0");
        tool.Set("tcp_sack", "0");
        tool.Inject("+0 < S 0:0(0) win 32792 <mss 1000,sackOK,TS val 1 ecr 0,nop,wscale 7>");
        tool.Expect("+0 > S. 0:0(0) ack 1 <mss 1460,nop,wscale 8>");
        tool.Set("tcp_window_scaling", "0");
        tool.NonBlockingSocket();
        tool.Connect(tool.NonBlockingSocket());
        tool.Expect("+0 > S 0:0(0) <mss 1460>");
    }

    [Fact]
    public void The_largest_receive_buffer_decides_the_window_scale()
    {
        using ScriptedTool tool = new();
        tool.Set("tcp_rmem", "4096 131072 33554432");
        tool.Listen();
        tool.Inject("+0 < S 0:0(0) win 32792 <mss 1000,nop,wscale 7>");
        tool.Expect("+0 > S. 0:0(0) ack 1 win 65535 <mss 1460,nop,wscale 10>");
    }

    [Fact]
    public void Options_are_read_back_buffers_doubled_as_Linux_does()
    {
        using ScriptedTool tool = new();
        int socket = tool.Socket();
        tool.SetOption(socket, SocketLevel, 7, 21_000);
        tool.SetOption(socket, SocketLevel, 8, 20_000);
        tool.SetOption(socket, TcpLevel, 2, 1100);
        tool.SetOption(socket, TcpLevel, 25, 4000);
        Assert.Equal(42_000, tool.GetOption(socket, SocketLevel, 7));
        Assert.Equal(40_000, tool.GetOption(socket, SocketLevel, 8));
        Assert.Equal(1100, tool.GetOption(socket, TcpLevel, 2));
        Assert.Equal(4000, tool.GetOption(socket, TcpLevel, 25));
        Assert.Equal(1, tool.GetOption(socket, SocketLevel, 3));
        Assert.Equal(0, tool.SetOption(socket, SocketLevel, 36, 1));
        Assert.Equal(-1, tool.SetOption(socket, 99, 1, 1));
        Assert.Equal(Errno.NoProtocolOption, tool.Errno);
    }

    [Fact]
    public void The_maximum_segment_size_of_a_listener_holds_for_its_connections()
    {
        using ScriptedTool tool = new();
        int listener = tool.Listen();
        tool.SetOption(listener, TcpLevel, 2, 1100);
        tool.Inject("+0 < S 0:0(0) win 32792 <mss 1300,nop,wscale 7>");
        tool.Expect("+0 > S. 0:0(0) ack 1 <mss 1100,nop,wscale 8>");
        tool.Inject("+0 < . 1:1(0) ack 1 win 257");
        Assert.Equal(1100, tool.GetOption(tool.Accept(listener), TcpLevel, 2));
    }

    [Fact]
    public void A_cork_holds_back_until_it_is_taken_out()
    {
        using ScriptedTool tool = new();
        int listener = tool.Listen();
        tool.SetOption(listener, TcpLevel, 1, 1);
        int socket = tool.Establish(listener);
        tool.SetOption(socket, TcpLevel, 3, 1);
        tool.Write(socket, 100);
        tool.Write(socket, 100);
        long start = tool.Now;
        tool.SetOption(socket, TcpLevel, 3, 0);
        tool.Expect("+0 > P. 1:201(200) ack 1");
        Assert.InRange(tool.SentAt - start, 0, 100);
    }

    [Fact]
    public void The_end_of_a_record_is_the_end_of_a_segment()
    {
        using ScriptedTool tool = new();
        int socket = tool.Establish(tool.Listen());
        tool.Write(socket, 10_000);
        for (int i = 0; i < 10; i++) tool.TakePacket();
        Assert.Equal(400, tool.Send(socket, 400, EndOfRecordFlag));
        Assert.Equal(400, tool.Send(socket, 400, EndOfRecordFlag));
        Assert.Equal(400, tool.Write(socket, 400));
        tool.Inject("+.01 < . 1:1(0) ack 10001 win 257");
        tool.Expect("+0 > P. 10001:10401(400) ack 1");
        tool.Expect("+0 > P. 10401:10801(400) ack 1");
    }

    [Fact]
    public void More_to_come_holds_back_until_it_has_come()
    {
        using ScriptedTool tool = new();
        int socket = tool.Establish(tool.Listen());
        Assert.Equal(100, tool.Send(socket, 100, MoreFlag));
        Assert.Equal(60, tool.Send(socket, 60, 0));
        tool.Expect("+0 > P. 1:161(160) ack 1");
    }

    [Fact]
    public void Unsent_octets_beyond_the_low_water_mark_are_taken_to_the_end_of_a_block_only()
    {
        using ScriptedTool tool = new();
        int socket = tool.Establish(tool.Listen());
        tool.SetOption(socket, TcpLevel, 25, 4000);
        Assert.Equal(26_000, tool.Send(socket, 59_000, 0x40));
        Assert.Equal(0, tool.Poll(socket, 4, 0, out _));
        tool.Inject("+.01 < . 1:1(0) ack 10001 win 257");
        Assert.Equal(1, tool.Poll(socket, 4, 0, out int found));
        Assert.Equal(4, found);
    }

    [Fact]
    public unsafe void What_is_left_to_read_comes_with_the_octets_and_the_end_counts_as_one()
    {
        using ScriptedTool tool = new();
        int socket = tool.Establish(tool.Listen());
        tool.SetOption(socket, TcpLevel, 36, 1);
        tool.Inject("+0 < P. 1:1001(1000) ack 1 win 257");
        Assert.Equal((400, 600), ReceiveMessage(tool, socket, 400));
        Assert.Equal((600, 0), ReceiveMessage(tool, socket, 600));
        tool.Inject("+0 < FP. 1001:1101(100) ack 1 win 257");
        Assert.Equal((100, 1), ReceiveMessage(tool, socket, 4096));
        int readable = 7;
        Assert.Equal(0, tool.Table->DeviceControl(tool.Table->UserData, socket, 0x541B, &readable));
        Assert.Equal(0, readable);
    }

    /// <returns>Octets received, and what the control message says; -1 without one.</returns>
    private static unsafe (int Received, int Left) ReceiveMessage(ScriptedTool tool, int socket, int octets)
    {
        byte* payload = stackalloc byte[octets];
        byte* control = stackalloc byte[64];
        new Span<byte>(control, 64).Fill(0xEE);
        IoVector vector = new() { Base = payload, Length = (nuint)octets };
        MessageHeader message = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = 64, Flags = 0x7777 };
        nint received = tool.Table->ReceiveMessage(tool.Table->UserData, socket, &message, 0);
        Assert.Equal(0, message.Flags);
        if (message.ControlLength == 0) return ((int)received, -1);
        Assert.Equal(20, *(long*)control);
        Assert.Equal((TcpLevel, 36), (((int*)control)[2], ((int*)control)[3]));
        return ((int)received, ((int*)control)[4]);
    }
}
