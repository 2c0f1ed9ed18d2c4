namespace StackSharp.Tests.TestKit.Packets;

/// <summary>Where the two directions of a connection begin, that is what the numbers of packet lines count from.</summary>
/// <param name="Stack">ISN of the stack under test, which sends what is expected.</param>
/// <param name="Peer">ISN of its peer, which sends what is injected.</param>
public readonly record struct InitialSequenceNumbers(uint Stack, uint Peer)
{
    public uint OfSender(PacketDirection direction) => direction == PacketDirection.Inject ? Peer : Stack;

    public uint OfReceiver(PacketDirection direction) => direction == PacketDirection.Inject ? Stack : Peer;
}
