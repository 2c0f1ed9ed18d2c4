using System.CommandLine;
using StackSharp.Cli.Output;
using StackSharp.Cli.Session;
using StackSharp.Drivers.Wrappers;

namespace StackSharp.Cli.Link;

/// <summary>The options that say what happens to frames, each for both directions or for one.</summary>
internal sealed class ImpairmentChoice
{
    private const int DefaultQueueBytes = 256 << 10;
    private const string Queue = "--queue";
    private const string EcnQueue = "--ecn-queue";
    private readonly DirectionOption<long?> _rate = new("--rate", name => OptionFactory.Rate(name, "Bits per second, of whole frames, such as 100M. Default: no limit."));
    private readonly DirectionOption<QueueSize?> _queue = new(Queue, name => Size(name, "What may wait for its turn under --rate; more is dropped: 256K, or 1bdp (rate times round-trip delay). Default 256K."));
    private readonly DirectionOption<TimeSpan?> _delay = new("--delay", name => OptionFactory.Duration(name, "One way. Two of them are the round-trip time."));
    private readonly DirectionOption<TimeSpan?> _jitter = new("--jitter", name => OptionFactory.Duration(name, "Up to so much longer, each frame by itself, without overtaking."));
    private readonly DirectionOption<bool> _jitterReorders = new("--jitter-reorders", name => OptionFactory.Flag(name, "Let frames overtake each other by --jitter."));
    private readonly DirectionOption<double?> _loss = new("--loss", name => OptionFactory.Percent(name, "Frames lost, each by itself."));
    private readonly DirectionOption<BurstLoss?> _burstLoss = new("--burst-loss", name => OptionFactory.Create<BurstLoss?>(
        name, "Frames lost in bursts, and the mean length of a burst in frames: 1%,5 loses one in a hundred, five in a row on average.", "PERCENT,FRAMES",
        ImpairmentText.TryParseBurstLoss, "a share in per cent below 100 and a mean length from 1, such as 1%,5"));

    private readonly DirectionOption<Reordering?> _reorder = new("--reorder", name => OptionFactory.Create<Reordering?>(
        name, "Frames that are late, and by how much, so that others overtake them: 5%:5ms.", "PERCENT:TIME",
        ImpairmentText.TryParseReordering, "a share in per cent and a time, such as 5%:5ms"));

    private readonly DirectionOption<double?> _duplicate = new("--duplicate", name => OptionFactory.Percent(name, "Frames that arrive twice."));
    private readonly DirectionOption<double?> _corrupt = new("--corrupt", name => OptionFactory.Percent(name, "Frames that arrive with one bit flipped."));
    private readonly DirectionOption<double?> _ecnMark = new("--ecn-mark", name => OptionFactory.Percent(name, "ECN-capable packets marked \"congestion experienced\"."));
    private readonly DirectionOption<QueueSize?> _ecnQueue = new(EcnQueue, name => Size(name, "Mark every ECN-capable packet that finds more than this waiting: 64K, or 0.5bdp."));

    public void AddTo(Command command)
    {
        _rate.AddTo(command);
        _queue.AddTo(command);
        _delay.AddTo(command);
        _jitter.AddTo(command);
        _jitterReorders.AddTo(command);
        _loss.AddTo(command);
        _burstLoss.AddTo(command);
        _reorder.AddTo(command);
        _duplicate.AddTo(command);
        _corrupt.AddTo(command);
        _ecnMark.AddTo(command);
        _ecnQueue.AddTo(command);
    }

    /// <exception cref="UsageFailure">A queue without a rate, a rate of 0.</exception>
    public ImpairedBridgeOptions Read(ParseResult parsed, ulong seed)
    {
        TimeSpan roundTrip = Delay(parsed, forward: true) + Delay(parsed, forward: false);
        ImpairedBridgeOptions options = new() { Forward = Read(parsed, forward: true, roundTrip), Backward = Read(parsed, forward: false, roundTrip), Seed = seed };
        return options with { MaximumBytesUnderWay = Math.Max(options.MaximumBytesUnderWay, Math.Max(Memory(options.Forward), Memory(options.Backward))) };
    }

    private ImpairmentOptions Read(ParseResult parsed, bool forward, TimeSpan roundTrip)
    {
        long? rate = _rate.Read(parsed, forward);
        if (rate is 0) throw new UsageFailure("--rate: above 0, or left out for no limit.");
        QueueSize? queue = _queue.Read(parsed, forward);
        QueueSize? ecnQueue = _ecnQueue.Read(parsed, forward);
        Reordering? reordering = _reorder.Read(parsed, forward);
        return new ImpairmentOptions
        {
            BitsPerSecond = rate,
            QueueBytes = queue?.Resolve(Queue, rate, roundTrip) ?? DefaultQueueBytes,
            Delay = Delay(parsed, forward),
            Jitter = _jitter.Read(parsed, forward) ?? TimeSpan.Zero,
            JitterReorders = _jitterReorders.Read(parsed, forward),
            Loss = _loss.Read(parsed, forward) ?? 0,
            BurstLoss = _burstLoss.Read(parsed, forward),
            Reordering = reordering?.Chance ?? 0,
            ReorderingDelay = reordering?.Late ?? TimeSpan.Zero,
            Duplication = _duplicate.Read(parsed, forward) ?? 0,
            Corruption = _corrupt.Read(parsed, forward) ?? 0,
            EcnMarking = _ecnMark.Read(parsed, forward) ?? 0,
            EcnThresholdBytes = ecnQueue?.Resolve(EcnQueue, rate, roundTrip),
        };
    }

    private TimeSpan Delay(ParseResult parsed, bool forward) => _delay.Read(parsed, forward) ?? TimeSpan.Zero;

    // Twice what is under way and waits at the full rate: frames take more room than they have octets.
    private static long Memory(ImpairmentOptions options)
    {
        double seconds = (options.Delay + options.Jitter + options.ReorderingDelay).TotalSeconds;
        return (long)(2 * (((options.BitsPerSecond ?? 0) / 8.0 * seconds) + options.QueueBytes));
    }

    private static Option<QueueSize?> Size(string name, string description) =>
        OptionFactory.Create<QueueSize?>(name, description, "SIZE", QueueSize.TryParse, "a size, such as 256K or 1bdp");
}
