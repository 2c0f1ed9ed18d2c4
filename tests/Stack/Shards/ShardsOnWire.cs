using System.Numerics;
using StackSharp.Stack;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.Stack.Network;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.Stack.Shards;

/// <summary>Stacks that share an address, each with a queue whose other end is the test: it says which queue a frame comes in on.</summary>
internal sealed class ShardsOnWire : IDisposable
{
    private readonly NetworkInterface[] _interfaces;

    public ShardsOnWire(int count = 2, bool detectConflicts = false, int mailboxPackets = 64, NetworkStackOptions? options = null)
    {
        ShardGroup group = new(count, mailboxPackets);
        Stacks = [.. Enumerable.Range(0, count).Select(index => new NetworkStack(
            (options ?? new NetworkStackOptions()) with { DebugBuffers = true, Shard = new ShardPlace(group, index) }, new SeededRandomSource((ulong)index + 1)))];
        LinkDeviceInfo device = new("test", LinkMedium.Ethernet, StackOnWire.OwnMac, 1500, 65536 + 14);
        _interfaces = [.. Stacks.Select(stack => stack.AddInterface(device, Now))];
        foreach (NetworkInterface networkInterface in _interfaces) networkInterface.Neighbors.AddStatic(StackOnWire.Peer, StackOnWire.PeerMac);
        for (int i = count - 1; i >= 0; i--) Stacks[i].AddAddress(_interfaces[i], new IpPrefix(StackOnWire.Own, 24), Now, detectConflicts);
        if (detectConflicts) return;
        Advance(TimeSpan.FromSeconds(5));   // Both announcements are out.
        for (int i = 0; i < count; i++) TakeFrames(i);
    }

    public IReadOnlyList<NetworkStack> Stacks { get; }

    public IReadOnlyList<NetworkInterface> Interfaces => _interfaces;

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1000);

    /// <summary>Lets time pass, running each deadline of each stack at its moment.</summary>
    public void Advance(TimeSpan time)
    {
        Instant end = Now + time;
        while (Stacks.MinBy(stack => stack.NextDeadline.Nanoseconds) is { } next && next.NextDeadline <= end)
        {
            Now = Instant.Max(Now, next.NextDeadline);
            next.OnDeadline(Now);
            Settle();
        }
        Now = end;
    }

    /// <summary>Has every shard look into its mailbox until nobody has posted anything more.</summary>
    public void Settle()
    {
        ulong mailed = 0;
        foreach (NetworkStack stack in Stacks) stack.OnEntryEnd(Now);
        do
        {
            for (; mailed != 0; mailed &= mailed - 1) Stacks[BitOperations.TrailingZeroCount(mailed)].OnEntryEnd(Now);
            foreach (NetworkStack stack in Stacks) mailed |= stack.TakeMailed();
        }
        while (mailed != 0);
    }

    /// <summary>Hands frames in on one queue, as one batch, without anybody looking into mailboxes.</summary>
    public void Post(int queue, params byte[][] frames)
    {
        PacketBuffer[] buffers = [.. frames.Select(frame =>
        {
            PacketBuffer buffer = Stacks[queue].RentReceiveBuffer(_interfaces[queue])!;
            frame.CopyTo(buffer.Storage);
            buffer.SetRange(0, frame.Length);
            return buffer;
        })];
        Stacks[queue].OnFrames(_interfaces[queue], buffers, Now);
        foreach (PacketBuffer buffer in buffers) buffer.Release();
    }

    public void Inject(int queue, params byte[][] frames)
    {
        Post(queue, frames);
        Settle();
    }

    /// <summary>Hands in IPv4 packets from the peer.</summary>
    public void InjectIpv4(int queue, params byte[][] packets) => Inject(queue, [.. packets.Select(Frame)]);

    public void InjectArp(int queue, ArpOperation operation, MacAddress senderMac, IpAddress sender, IpAddress target) => Inject(
        queue, PacketBuilder.Ethernet(MacAddress.Broadcast, senderMac, EtherType.Arp, PacketBuilder.Arp(operation, senderMac, sender, default, target)));

    public static byte[] Frame(byte[] packet)
    {
        IpAddress destination = StackOnWire.Ipv4Of(packet).Destination;
        MacAddress to = destination.IsMulticast ? MacAddress.FromIpv4Multicast(destination)
            : destination == StackOnWire.Own ? StackOnWire.OwnMac : MacAddress.Broadcast;
        return PacketBuilder.Ethernet(to, StackOnWire.PeerMac, EtherType.Ipv4, packet);
    }

    /// <summary>A TCP segment from the peer, without options or data.</summary>
    public static byte[] Segment(ushort from, ushort to, TcpControlBits bits, uint sequence, uint acknowledgment = 0)
    {
        byte[] header = new byte[TcpHeader.MinimumSize];
        TcpHeaderWriter.Write(header, from, to, new SequenceNumber(sequence), new SequenceNumber(acknowledgment), bits, TcpHeader.MinimumSize, 65535, 0);
        TcpHeaderWriter.FillChecksum(header, StackOnWire.Peer, StackOnWire.Own);
        return PacketBuilder.Ipv4(StackOnWire.Peer, StackOnWire.Own, IpProtocol.Tcp, header);
    }

    /// <summary>The frames sent on a queue since the last call.</summary>
    public List<byte[]> TakeFrames(int queue)
    {
        List<byte[]> frames = [];
        TransmitFrame[] one = new TransmitFrame[1];
        while (_interfaces[queue].TransmitQueue.Dequeue(one) == 1)
        {
            byte[] bytes = new byte[one[0].Length];
            one[0].CopyTo(bytes);
            one[0].Release();
            frames.Add(bytes);
        }
        return frames;
    }

    /// <summary>The IPv4 packets sent on a queue since the last call, padding taken off.</summary>
    public List<byte[]> TakeIpv4(int queue)
    {
        List<byte[]> packets = [];
        foreach (byte[] frame in TakeFrames(queue))
        {
            Assert.True(EthernetHeader.TryParse(frame, out EthernetHeader header));
            if (header.EtherType != EtherType.Ipv4) continue;
            Assert.True(Ipv4Header.TryParse(header.Payload, out Ipv4Header packet));
            packets.Add(packet.Packet.ToArray());
        }
        return packets;
    }

    public static TcpHeader TcpOf(byte[] packet)
    {
        Assert.True(TcpHeader.TryParse(StackOnWire.Ipv4Of(packet).Payload, out TcpHeader header));
        return header;
    }

    /// <summary>Nothing was sent, on no queue.</summary>
    public void AssertSilence()
    {
        for (int i = 0; i < Stacks.Count; i++) Assert.Empty(TakeFrames(i));
    }

    public void Dispose()
    {
        // As a host does: all of them end before the memory of any goes.
        foreach (NetworkStack stack in Stacks) stack.Shutdown(Now);
        foreach (NetworkStack stack in Stacks) stack.Dispose();
        foreach (NetworkStack stack in Stacks)
            Assert.True(stack.OutstandingBuffers == 0, $"{stack.OutstandingBuffers} buffers are still out: {string.Join(", ", stack.OutstandingBufferOwners)}");
    }
}
