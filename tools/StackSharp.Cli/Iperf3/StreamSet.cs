using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Cli.Output;
using StackSharp.Net;

namespace StackSharp.Cli.Iperf3;

/// <summary>The streams of a test at one end of it, which all go the same way.</summary>
internal sealed class StreamSet : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MostDraining = TimeSpan.FromSeconds(1);

    private readonly List<TestStream> _streams = [];
    private long _started;
    private TimeSpan _omitted;
    private TimeSpan _ended;

    private StreamSet()
    {
    }

    public IReadOnlyList<TestStream> Streams => _streams;

    public bool AreSenders => _streams[0].IsSender;

    /// <summary>Time since the start, what was omitted included.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>Time from the start that counts to the end.</summary>
    public TimeSpan Duration => _ended - _omitted;

    /// <summary>Octets that count, of all streams.</summary>
    public long Octets => _streams.Sum(stream => stream.Read().Octets);

    /// <summary>Datagrams that count, of all streams, whether or not they arrived.</summary>
    public long Packets => _streams.Sum(stream => stream.Read().Packets);

    /// <summary>When any stream last moved octets, from the start; zero: never.</summary>
    public TimeSpan LastActivity
    {
        get
        {
            long last = _streams.Max(stream => stream.LastActivity);
            return last == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_started, last);
        }
    }

    /// <summary>All loops have ended: senders that have sent what they were to, or connections that have.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>The first stream that failed, as a line; null: none has.</summary>
    public string? Failure => _streams.FirstOrDefault(stream => stream.Failure is not null) is { } failed
        ? $"stream {failed.Id}: {FailureText.Describe(failed.Failure!.Value)}"
        : null;

    /// <summary>Makes a stream of each socket.</summary>
    /// <param name="sends">This end is the one that sends.</param>
    public static StreamSet Create(TestParameters parameters, IReadOnlyList<StackSocket> sockets, bool sends)
    {
        StreamSet set = new();
        SendQuota quota = new(parameters.Quota);
        byte[] block = new byte[parameters.BlockBytes];
        if (sends) Random.Shared.NextBytes(block);   // Nothing on the way shall be able to compress it.
        for (int i = 0; i < sockets.Count; i++)
        {
            int id = TestStream.IdOf(i);
            set._streams.Add((parameters.Udp, sends) switch
            {
                (false, true) => new TcpSender(id, sockets[i], block, quota, parameters.BitsPerSecond),
                (false, false) => new TcpReceiver(id, sockets[i], block.Length),
                (true, true) => new UdpSender(id, sockets[i], block, parameters.WideCounters, quota, parameters.BitsPerSecond),
                (true, false) => new UdpReceiver(id, sockets[i], parameters.WideCounters),
            });
        }

        set.Ended = Task.WhenAll(set._streams.Select(stream => stream.Ended));
        return set;
    }

    public void Start()
    {
        _started = Stopwatch.GetTimestamp();
        foreach (TestStream stream in _streams) stream.Start();
    }

    /// <summary>The time to omit is over: from here on it counts.</summary>
    public void Forget()
    {
        _omitted = Elapsed;
        foreach (TestStream stream in _streams) stream.Forget();
    }

    /// <summary>The end of the test: senders stop, and the time is taken.</summary>
    public void Stop()
    {
        _ended = Elapsed;
        foreach (TestStream stream in _streams) stream.Stop();
    }

    /// <summary>Senders, after <see cref="Stop"/>: waits for the blocks that are still being taken, and then ends the connections if asked to.</summary>
    public async Task FinishSendingAsync(bool shutDown)
    {
        if (await Task.WhenAny(Ended, Task.Delay(MostDraining)) != Ended) return;   // Nobody reads. Closing ends it.
        if (!shutDown) return;
        foreach (TcpSender sender in _streams.OfType<TcpSender>().Where(sender => sender.Failure is null)) sender.Socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Senders, after <see cref="Stop"/>: waits for the peer's acknowledgment of all that was sent.</summary>
    public async Task DeliverAsync()
    {
        long begun = Stopwatch.GetTimestamp();
        while (!_streams.OfType<TcpSender>().All(sender => sender.IsDelivered) && Stopwatch.GetElapsedTime(begun) < MostDraining) await Task.Delay(Poll);
    }

    /// <summary>Receivers, after <see cref="Stop"/>: takes what is still on its way, until nothing has come for a while.</summary>
    /// <remarks>The end of a test overtakes its data: it comes on a connection of its own.</remarks>
    public async Task DrainAsync()
    {
        long begun = Stopwatch.GetTimestamp();
        while (!Ended.IsCompleted && Stopwatch.GetElapsedTime(begun) < MostDraining)
        {
            TimeSpan quiet = Stopwatch.GetElapsedTime(Math.Max(begun, _streams.Max(stream => stream.LastActivity)));
            if (quiet >= Idle) break;
            await Task.Delay(Poll);
        }

        if (LastActivity > _ended) _ended = LastActivity;
    }

    /// <summary>What this end tells the other.</summary>
    public TestResults GetResults(ProcessorUse processor)
    {
        bool hasRetransmits = _streams[0] is TcpSender;
        (double total, double user, double system) = processor.Percent;
        return new TestResults
        {
            CpuTotal = total,
            CpuUser = user,
            CpuSystem = system,
            SenderHasRetransmits = !AreSenders ? -1 : hasRetransmits ? 1 : 0,
            CongestionUsed = CongestionControl,
            Streams = [.. _streams.Select(Result)],
        };

        StreamResult Result(TestStream stream)
        {
            StreamFigures figures = stream.Read();
            return new StreamResult
            {
                Id = stream.Id,
                Octets = figures.Octets,
                Retransmits = hasRetransmits ? figures.Retransmits : -1,
                Jitter = figures.Jitter,
                Lost = figures.Lost,
                Packets = figures.Packets,
                EndTime = Duration.TotalSeconds,
            };
        }
    }

    /// <summary>Name of the algorithm that TCP senders use; null: there are none.</summary>
    public string? CongestionControl => (_streams[0] as TcpSender)?.Read().Connection.CongestionControl;

    public void Dispose()
    {
        foreach (TestStream stream in _streams) stream.Dispose();
    }
}
