using System.Buffers.Binary;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.Scenarios;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp;

/// <summary>Segments that nobody in his senses would send, into a connection in each state.</summary>
public sealed class TcpRobustnessTests
{
    private const int SegmentsPerState = 27_500;
    private const int SegmentsPerConnection = 250;

    public static TheoryData<string> States => [.. StateScenario.Names];

    [Theory, MemberData(nameof(States)), Covers("INV-1", "INV-7")]
    public void Nothing_throws_and_memory_stays_bounded(string state)
    {
        SeededRandomSource random = new((ulong)state.Length * 1000 + state[0]);
        for (int sent = 0; sent < SegmentsPerState;)
        {
            using TcpScenario tcp = StateScenario.Enter(state, reads: random.Below(2) == 0);
            bool listens = state == "Listen";
            for (int i = 0; i < SegmentsPerConnection && (listens || tcp.State != TcpState.Closed); i++, sent++)
            {
                if (random.Below(20) == 0) Call(tcp, random);
                tcp.Deliver(Segment(tcp, state, random));
                if (random.Below(8) == 0) tcp.Advance(TimeSpan.FromMilliseconds(random.Below(3000)));
                if (tcp.Network.Sent.Count > 1000) tcp.DropSent();
            }
            sent++;
            Assert.InRange(tcp.Network.Outstanding, 0, 3000);
            Assert.InRange(tcp.Layer.Connections.Count(), 0, 5000);
            tcp.DropSent();
            if (tcp.Listener is null) continue;
            tcp.Listener.Backlog = 4096;
            int before = tcp.Listener.AcceptableCount;
            tcp.OpenFromElsewhere(40_001);
            Assert.Equal(before + 1, tcp.Listener.AcceptableCount);
        }
    }

    private static void Call(TcpScenario tcp, SeededRandomSource random)
    {
        if (tcp.Connection is not { } connection) return;
        switch (random.Below(12))
        {
            case 0: connection.ShutdownSend(tcp.Now); break;
            case 1: connection.Receive(new byte[500], peek: random.Below(2) == 0, tcp.Now, out int _); break;
            case 2: connection.ReceiveUrgent(peek: random.Below(2) == 0, out byte _); break;
            case 3: connection.SetOptions(connection.Options with { ReceiveBufferBytes = (int)random.Below(100_000), KeepAlive = true }, tcp.Now); break;
            case 4 when random.Below(10) == 0: connection.Close(tcp.Now); break;
            default: connection.Send(new byte[1 + random.Below(5000)], TcpSendFlags.None, tcp.Now, out int _); break;
        }
    }

    private static byte[] Segment(TcpScenario tcp, string state, SeededRandomSource random)
    {
        byte[] options = new byte[random.Below(3) == 0 ? (int)random.Below(11) * 4 : 0];
        random.Fill(options);
        if (options.Length >= 12 && random.Below(2) == 0) WriteSack(tcp, options, random);
        byte[] segment = new byte[TcpHeader.MinimumSize + options.Length + (random.Below(2) == 0 ? 0 : (int)random.Below(1500))];
        uint near = unchecked(tcp.PeerIsn + StateScenario.ReceiveNext(state));
        uint ours = unchecked(tcp.LocalIsn + StateScenario.SendNext(state));
        uint sequence = random.Below(8) == 0 ? (uint)random.Next() : unchecked(near + random.Below(random.Below(2) == 0 ? 20u : 70_000u) - 10);
        uint acknowledgment = random.Below(8) == 0 ? (uint)random.Next() : unchecked(ours + random.Below(random.Below(2) == 0 ? 4u : 20_000u) - 2);
        // Mostly ACK: other flags end the connection all too soon.
        TcpControlBits bits = random.Below(6) == 0 ? (TcpControlBits)random.Below(512) : TcpControlBits.Ack | (TcpControlBits)(random.Below(2) * (uint)TcpControlBits.Urg);
        TcpHeaderWriter.Write(
            segment, TcpScenario.PeerPort, TcpScenario.LocalPort, new SequenceNumber(sequence), new SequenceNumber(acknowledgment), bits,
            TcpHeader.MinimumSize + options.Length, (ushort)random.Below(65536), (ushort)random.Below(random.Below(2) == 0 ? 20u : 65536u));
        options.CopyTo(segment, TcpHeader.MinimumSize);
        int flips = random.Below(4) == 0 ? (int)random.Below(4) : 0;
        for (int i = 0; i < flips; i++) segment[4 + random.Below((uint)segment.Length - 4)] ^= (byte)(1 << (int)random.Below(8));
        return random.Below(50) == 0 ? segment[..(int)random.Below((uint)segment.Length)] : segment;
    }

    private static void WriteSack(TcpScenario tcp, byte[] options, SeededRandomSource random)
    {
        int blocks = Math.Min(4, (options.Length - 4) / 8);
        options.AsSpan().Fill((byte)TcpOptionKind.NoOperation);
        options[2] = (byte)TcpOptionKind.Sack;
        options[3] = (byte)(2 + blocks * 8);
        for (int i = 0; i < blocks * 2; i++)
            BinaryPrimitives.WriteUInt32BigEndian(options.AsSpan(4 + i * 4), unchecked(tcp.LocalIsn + random.Below(20_000)));
    }
}
