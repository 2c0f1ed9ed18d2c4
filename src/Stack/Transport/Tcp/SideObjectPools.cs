using StackSharp.Stack.Transport.Tcp.Receiving;
using StackSharp.Stack.Transport.Tcp.Sending;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>What a connection needs only while data moves, kept for the next one that does: an idle connection holds none of it.</summary>
internal sealed class SideObjectPools
{
    private const int Kept = 1024;
    private readonly Stack<SendQueue> _sendQueues = new();
    private readonly Stack<ReceiveQueue> _receiveQueues = new();
    private readonly Stack<Reassembly> _reassemblies = new();
    private readonly Stack<SentSegments> _sentSegments = new();

    public SendQueue RentSendQueue() => _sendQueues.TryPop(out SendQueue? queue) ? queue : new SendQueue();

    public ReceiveQueue RentReceiveQueue() => _receiveQueues.TryPop(out ReceiveQueue? queue) ? queue : new ReceiveQueue();

    public Reassembly RentReassembly() => _reassemblies.TryPop(out Reassembly? reassembly) ? reassembly : new Reassembly();

    public SentSegments RentSentSegments() => _sentSegments.TryPop(out SentSegments? segments) ? segments : new SentSegments();

    public void Return(SendQueue queue)
    {
        queue.Clear();
        if (_sendQueues.Count < Kept) _sendQueues.Push(queue);
    }

    public void Return(ReceiveQueue queue)
    {
        queue.Clear();
        if (_receiveQueues.Count < Kept) _receiveQueues.Push(queue);
    }

    public void Return(Reassembly reassembly)
    {
        reassembly.Clear();
        if (_reassemblies.Count < Kept) _reassemblies.Push(reassembly);
    }

    public void Return(SentSegments segments)
    {
        segments.Clear();
        if (_sentSegments.Count < Kept) _sentSegments.Push(segments);
    }
}
