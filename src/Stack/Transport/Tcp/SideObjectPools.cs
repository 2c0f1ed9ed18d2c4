using StackSharp.Stack.Transport.Tcp.Ecn;
using StackSharp.Stack.Transport.Tcp.PathMtu;
using StackSharp.Stack.Transport.Tcp.Receiving;
using StackSharp.Stack.Transport.Tcp.Sending;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>What a connection needs only while data moves, kept for the next one that does: an idle connection holds none of it. And connections that
/// have ended, for those to come.</summary>
internal sealed class SideObjectPools(int maximumScoreboardRecords)
{
    private const int Kept = 1024;
    private const int LargestKept = 4096;
    private readonly Stack<SendQueue> _sendQueues = new();
    private readonly Stack<ReceiveQueue> _receiveQueues = new();
    private readonly Stack<Reassembly> _reassemblies = new();
    private readonly Stack<SentSegments> _sentSegments = new();
    private readonly Stack<SegmentSizeSearch> _searches = new();
    private readonly Stack<EcnState> _ecnStates = new();
    private readonly Stack<RecordEnds> _recordEnds = new();
    private readonly Stack<TcpConnection> _connections = new();

    public SendQueue RentSendQueue() => _sendQueues.TryPop(out SendQueue? queue) ? queue : new SendQueue();

    public ReceiveQueue RentReceiveQueue() => _receiveQueues.TryPop(out ReceiveQueue? queue) ? queue : new ReceiveQueue();

    public Reassembly RentReassembly() => _reassemblies.TryPop(out Reassembly? reassembly) ? reassembly : new Reassembly();

    public SentSegments RentSentSegments() => _sentSegments.TryPop(out SentSegments? segments) ? segments : new SentSegments(maximumScoreboardRecords);

    public EcnState RentEcnState() => _ecnStates.TryPop(out EcnState? state) ? state : new EcnState();

    public SegmentSizeSearch RentSegmentSizeSearch() => _searches.TryPop(out SegmentSizeSearch? search) ? search : new SegmentSizeSearch();

    public RecordEnds RentRecordEnds() => _recordEnds.TryPop(out RecordEnds? ends) ? ends : new RecordEnds();

    public void Return(SegmentSizeSearch search)
    {
        search.Clear();
        if (_searches.Count < Kept) _searches.Push(search);
    }

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
        // One that a long fat path made huge is not kept for small transfers.
        if (_sentSegments.Count < Kept && segments.Capacity <= LargestKept) _sentSegments.Push(segments);
    }

    public void Return(RecordEnds ends)
    {
        ends.Clear();
        if (_recordEnds.Count < Kept) _recordEnds.Push(ends);
    }

    public void Return(EcnState state)
    {
        state.Clear();
        if (_ecnStates.Count < Kept) _ecnStates.Push(state);
    }

    /// <summary>An object that has been a connection before, or null.</summary>
    public TcpConnection? TryRentConnection() => _connections.TryPop(out TcpConnection? connection) ? connection : null;

    public void Return(TcpConnection connection)
    {
        if (_connections.Count < Kept) _connections.Push(connection);
    }
}
