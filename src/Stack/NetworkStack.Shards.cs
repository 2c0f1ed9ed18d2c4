using System.Buffers.Binary;
using System.Numerics;
using StackSharp.Stack.Network;
using StackSharp.Stack.Network.Ipv4;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack;

/// <content>One shard among several: what has no endpoint here may have one at a sibling's.</content>
public sealed partial class NetworkStack
{
    private const int TcpControlByte = 13;

    internal Siblings? Siblings { get; }

    /// <summary>The shards, one bit each, that have mail from this one since the last call. Whoever runs them has each call <see cref="OnEntryEnd"/>,
    /// after leaving this one, or it stays there until they are entered for another reason. 0 in a stack that is alone.</summary>
    public ulong TakeMailed() => Siblings?.TakeMailed() ?? 0;

    private PacketVerdict OnUnclaimedDatagram(in IpPacket packet, UdpVerdict verdict)
    {
        bool isForAll = verdict != UdpVerdict.NoPort;
        ushort port = PortAt(packet.Payload, 2);
        if (Siblings is not null)
        {
            ulong holders = Siblings.HoldersOfUdp(port);
            if (isForAll ? Siblings.Copy(packet, holders) : Siblings.TryHandOver(packet, holders, port)) return PacketVerdict.Taken;
        }
        if (verdict != UdpVerdict.TakenByAll) Udp.CountNoEndpoint();
        return isForAll ? PacketVerdict.Taken : PacketVerdict.NoPort;   // What was for all is never answered (RFC 1122 §4.1.3.1).
    }

    // A connection that was accepted is known to its shard only. A new one needs a listener, and who has one can be looked up.
    private void OnStraySegment(in IpPacket packet, Instant now)
    {
        ushort port = PortAt(packet.Payload, 2);
        TcpControlBits bits = (TcpControlBits)packet.Payload[TcpControlByte];
        bool isNew = (bits & (TcpControlBits.Syn | TcpControlBits.Ack | TcpControlBits.Rst)) == TcpControlBits.Syn;
        ulong candidates = isNew ? Siblings!.HoldersOfTcp(port) : Siblings!.Others;
        if (!Siblings.TryHandOver(packet, candidates, port)) Tcp.OnSegment(DatagramOf(packet), checksumVerified: true, now, answerStray: true);
    }

    private bool OfferEchoReply(in IpPacket packet)
    {
        if (Siblings is null) return false;
        ushort identifier = PortAt(packet.Payload, 4);
        return Siblings.TryHandOver(packet, Siblings.OwnerOf(identifier), identifier);
    }

    private bool OfferProblem(in QuotedProblem problem, in IpPacket packet)
    {
        if (Siblings is null) return false;
        ushort port = PortAt(problem.TransportHeader, 0);
        switch (problem.Protocol)
        {
            case IpProtocol.Tcp:
                return Siblings.TryHandOver(packet, Siblings.Others, port);
            case IpProtocol.Udp:
                return Siblings.TryHandOver(packet, Siblings.HoldersOfUdp(port), port);
            case IpProtocol.Icmp:
                ushort identifier = PortAt(problem.TransportHeader, 4);
                return Siblings.TryHandOver(packet, Siblings.OwnerOf(identifier), identifier);
            default:
                return false;
        }
    }

    /// <summary>Takes in what siblings have posted until now.</summary>
    private void TakeMail(Instant now)
    {
        ShardMailbox mailbox = Siblings!.Mailbox;
        if (mailbox.IsEmpty) return;
        if (mailbox.IsClosed)
        {
            mailbox.Close();
            return;
        }
        while (mailbox.TryTake(out ShardNotice? notice)) OnNotice(notice!);
        for (ulong senders = mailbox.TakeSenders(); senders != 0; senders &= senders - 1)
        {
            int sender = BitOperations.TrailingZeroCount(senders);
            for (int left = mailbox.CountFrom(sender); left > 0 && mailbox.TryTake(sender, out ShardPacket packet); left--)
            {
                Statistics.Shard.Received++;
                OnMail(packet, now);
                packet.Buffer.Release();
            }
        }
        Tcp.OnBatchEnd(now);
    }

    private void OnMail(in ShardPacket packet, Instant now)
    {
        if (FindInterface(packet.InterfaceIndex) is not { } networkInterface) return;
        if (packet.IsArp)
        {
            networkInterface.OnCopiedArp(packet.Buffer.Storage.Slice(packet.Offset, packet.Length), now);
            return;
        }
        ArrivalInfo arrival = new(packet.IsBroadcast, packet.IsMulticast, ChecksumVerified: true);
        _ipv4.OnHandedOver(networkInterface, packet.Buffer, packet.Offset, packet.Length, arrival, packet.AskedShards, now);
    }

    private void OnNotice(ShardNotice notice)
    {
        if (FindInterface(notice.InterfaceIndex) is not { } networkInterface) return;
        switch (notice.Kind)
        {
            case ShardNoticeKind.GroupJoined:
                networkInterface.JoinGroup(notice.Address);
                break;
            case ShardNoticeKind.GroupLeft:
                networkInterface.LeaveGroup(notice.Address);
                break;
            case ShardNoticeKind.AddressState:
                networkInterface.AddressTable.SetState(notice.Address, notice.State);
                Routes.Invalidate();
                break;
        }
    }

    private static ushort PortAt(ReadOnlySpan<byte> octets, int offset) => BinaryPrimitives.ReadUInt16BigEndian(octets[offset..]);
}
