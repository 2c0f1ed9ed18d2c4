using StackSharp.Stack;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;
using StackSharp.Stack.Time;

namespace StackSharp.Hosting;

/// <summary>A device of a host: its transmit turn, and its receive thread.</summary>
internal sealed partial class AttachedDevice : Timekeeper
{
    /// <summary>Most frames in one call to the device, and most of other threads' frames that a caller writes in one turn.</summary>
    public const int TransmitBatch = 64;

    /// <summary>Frames of inline completions that are written at the latest, even if more completions are to come: whoever waits for them can go on meanwhile.</summary>
    public const int HeldFrames = 16;

    private readonly StackHost _host;
    private readonly ILinkDevice _device;
    private readonly SoftwareOffload? _offload;
    private readonly TransmitFrame[] _frames = new TransmitFrame[TransmitBatch];

    // Free, taken by a thread that writes frames, or retired: taken for good.
    private const int Free = 0;
    private const int Taken = 1;
    private const int Retired = 2;
    private int _turn;
    private volatile bool _isGone;

    /// <param name="offload">What is done for the device in software; null: nothing.</param>
    public AttachedDevice(StackHost host, ILinkDevice device, SoftwareOffload? offload, NetworkInterface networkInterface)
    {
        _host = host;
        _device = device;
        _offload = offload;
        Interface = networkInterface;
        _runner = new StackHost.InlineRunner(host);
        _spin = new SpinControl(host.Options.ReceiveSpin);
        _thread = new Thread(Run) { IsBackground = true, Name = $"StackSharp {device.Info.Name}" };
    }

    public NetworkInterface Interface { get; }

    public LinkDeviceStatistics Statistics
    {
        get
        {
            LinkDeviceStatistics device = _device.Statistics;
            return device with { TransmitDrops = device.TransmitDrops + (_offload?.TransmitDrops ?? 0) };
        }
    }

    /// <summary>Nothing more comes from the device, and nothing more goes to it.</summary>
    public bool IsGone
    {
        get => _isGone;
        set => _isGone = value;
    }

    public override void Wake() => _device.Wake();

    // A frame that is cut in software is many for the device.
    private int OthersFrames => _offload is { IsSegmenting: true } ? TransmitBatch / 8 : TransmitBatch;

    /// <summary>Writes what waits to be sent, in order, unless another thread is at it: then that one sees to these frames too.</summary>
    /// <remarks>
    /// The frames were queued before the turn is asked for. If the turn is taken, its holder has not looked for the last time yet: it gives
    /// the turn back first and looks after that. So no frame is left behind.
    /// </remarks>
    public void Transmit(bool isReceiveThread)
    {
        TransmitQueue queue = Interface.TransmitQueue;
        if (queue.IsEmpty) return;
        int budget = queue.Count + OthersFrames;
        while (Interlocked.CompareExchange(ref _turn, Taken, Free) == Free)
        {
            try
            {
                WriteFrames(queue, ref budget);
            }
            finally
            {
                Interlocked.Exchange(ref _turn, Free);
            }
            if (queue.IsEmpty) return;
            if (budget > 0) continue;
            // Others send faster than this thread writes: from here it is the receive thread's work, which looks before it sleeps.
            if (!isReceiveThread) _device.Wake();
            return;
        }
    }

    /// <summary>Takes the transmit turn for good: from here nobody else is at the device's sending side, nor at the queue's end.</summary>
    /// <remarks>Waits for a thread that is writing; it holds the turn for a batch of frames at most. Not under the lock. Any thread, any number of times.</remarks>
    public void Retire()
    {
        _isGone = true;
        SpinWait wait = default;
        while (Interlocked.CompareExchange(ref _turn, Retired, Free) == Taken) wait.SpinOnce();
    }

    private void WriteFrames(TransmitQueue queue, ref int budget)
    {
        while (budget > 0)
        {
            int count = queue.Dequeue(_frames.AsSpan(0, Math.Min(budget, TransmitBatch)));
            if (count == 0) return;
            budget -= count;
            if (_isGone) foreach (TransmitFrame frame in _frames.AsSpan(0, count)) frame.Release();
            else if (_offload is not null) _offload.Transmit(_frames.AsSpan(0, count));
            else _device.Transmit(_frames.AsSpan(0, count));
        }
    }

    /// <summary>How long to sleep for a deadline.</summary>
    public static TimeSpan TimeoutUntil(Instant deadline)
    {
        if (deadline == Instant.Never) return Timeout.InfiniteTimeSpan;
        TimeSpan left = deadline - HostClock.Now;
        if (left <= TimeSpan.Zero) return TimeSpan.Zero;
        // Rounded up to whole ticks of the deadline, and never longer than a wait may be.
        return left >= LongestSleep ? LongestSleep : left + TimeSpan.FromTicks(1);
    }

    private static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);
}
