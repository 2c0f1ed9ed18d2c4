using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Hosting;
using StackSharp.Net;

namespace StackSharp.Cli.Iperf3;

/// <summary>Runs one test against an iperf3 server.</summary>
/// <param name="onInterval">Is told of each interval as it ends.</param>
internal sealed class Iperf3Client(StackHost host, ClientPlan plan, Action<IntervalReport> onInterval)
{
    private const int HelloTries = 5;
    private const int UsualSegmentBytes = 1460;

    private static readonly TimeSpan HelloWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DatagramStandstill = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan CloseWatch = TimeSpan.FromMilliseconds(5);

    private readonly List<StackSocket> _sockets = [];

    /// <exception cref="Iperf3Failure">The server refuses, or breaks the protocol.</exception>
    /// <exception cref="SocketException">It cannot be reached, or a connection broke.</exception>
    public async Task<Iperf3Report> RunAsync(CancellationToken cancellationToken)
    {
        TestCookie cookie = TestCookie.Create();
        using ControlChannel control = new(await ConnectAsync(cookie, CompletionMode.ThreadPool, cancellationToken), Patience);
        try
        {
            await control.ExpectAsync(ControlState.ParameterExchange, cancellationToken);
            TestParameters parameters = plan.ToParameters(control.Socket.GetTcpInfo() is { SendMss: > 0 } info ? info.SendMss : UsualSegmentBytes);
            await control.WriteJsonAsync(parameters, ParametersJson.Default.TestParameters, cancellationToken);
            await control.ExpectAsync(ControlState.CreateStreams, cancellationToken);
            for (int i = 0; i < parameters.Streams; i++) _sockets.Add(await OpenStreamAsync(cookie, cancellationToken));
            return await RunAsync(control, parameters, cookie, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await control.WriteStateAsync(ControlState.ClientTerminate, CancellationToken.None);
            throw;
        }
        finally
        {
            foreach (StackSocket socket in _sockets) socket.Dispose();
        }
    }

    private async Task<Iperf3Report> RunAsync(ControlChannel control, TestParameters parameters, TestCookie cookie, CancellationToken cancellationToken)
    {
        using StreamSet streams = StreamSet.Create(parameters, _sockets, sends: !parameters.Reverse);
        await control.ExpectAsync(ControlState.TestStart, cancellationToken);
        await control.ExpectAsync(ControlState.TestRunning, cancellationToken);
        streams.Start();   // The server's clock runs already.
        IntervalRecorder recorder = new(parameters, streams, plan.Interval, onInterval);
        ProcessorUse processor = new();
        StartReport start = StartReport.Create(plan, parameters, streams, cookie, control);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ControlState> message = control.ReadStateAsync(over.Token);
        await WaitForEndAsync(control, parameters, streams, recorder, message, cancellationToken);

        streams.Stop();
        recorder.Finish();
        if (streams.AreSenders && parameters.Quota > 0)
        {
            // All of a quota is to arrive. When a time is over, the server counts what has arrived by then, as for iperf3's own client.
            await streams.FinishSendingAsync(shutDown: false);
            await streams.DeliverAsync();
        }

        await control.WriteStateAsync(ControlState.TestEnd, cancellationToken);
        over.CancelAfter(Patience);
        await ExpectResultsAsync(control, message, cancellationToken);
        if (!streams.AreSenders) await streams.DrainAsync();
        TestResults ours = streams.GetResults(processor);
        await control.WriteJsonAsync(ours, ResultsJson.Default.TestResults, cancellationToken);
        TestResults theirs = await control.ReadJsonAsync(ResultsJson.Default.TestResults, ServerTest.MostResultBytes, RefusalCode.Results, cancellationToken);
        EndReport end = EndReport.Create(parameters, streams, ours, theirs);
        await control.ExpectAsync(ControlState.DisplayResults, cancellationToken);
        await control.WriteStateAsync(ControlState.Done, cancellationToken);
        return new Iperf3Report(start, recorder.Intervals, end);
    }

    private static async Task ExpectResultsAsync(ControlChannel control, Task<ControlState> message, CancellationToken cancellationToken)
    {
        try
        {
            ControlState state = await message;
            if (state != ControlState.ExchangeResults) await control.ThrowForAsync(state, ControlState.ExchangeResults, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new Iperf3Failure($"the server fell silent: it did not end the test within {Patience.TotalSeconds:0} s");
        }
    }

    private async Task WaitForEndAsync(
        ControlChannel control, TestParameters parameters, StreamSet streams, IntervalRecorder recorder, Task<ControlState> message, CancellationToken cancellationToken)
    {
        TimeSpan omitted = TimeSpan.FromSeconds(parameters.Omit);
        TimeSpan end = parameters.Quota > 0 || parameters.Seconds == 0 ? TimeSpan.MaxValue : omitted + TimeSpan.FromSeconds(parameters.Seconds);
        bool isOmitting = parameters.Omit > 0;
        while (true)
        {
            TimeSpan now = streams.Elapsed;
            if (message.IsCompleted) await control.ThrowForAsync(await message, ControlState.ExchangeResults, cancellationToken);
            if (streams.Failure is string failure) throw new Iperf3Failure(failure);
            if (isOmitting && now >= omitted)
            {
                recorder.Flush();
                streams.Forget();
                recorder.StopOmitting();
                isOmitting = false;
            }

            if (now >= end || IsQuotaUsed(parameters, streams, now)) return;
            if (streams.Ended.IsCompleted && !IsQuotaUsed(parameters, streams, now)) throw new Iperf3Failure("the server has ended its streams before the test was over");
            if (now - streams.LastActivity > Standstill) throw new Iperf3Failure($"nothing has moved for {Standstill.TotalSeconds:0} s: the server has vanished");
            recorder.Tick(now);
            TimeSpan wait = Least(recorder.Next - now, (isOmitting ? omitted : end) - now, parameters.Quota > 0 && parameters.Reverse ? CloseWatch : Watch);
            Task first = await Task.WhenAny(message, streams.Ended, Task.Delay(wait, cancellationToken));
            if (first.IsCanceled) cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private bool IsQuotaUsed(TestParameters parameters, StreamSet streams, TimeSpan now)
    {
        if (parameters.Quota == 0) return false;
        if (streams.AreSenders) return streams.Ended.IsCompleted;
        if (streams.Octets >= parameters.Quota) return true;
        // What was lost does not come any more, so silence is the only end that there is.
        return plan.Udp && streams.LastActivity > TimeSpan.Zero
            && (streams.Packets * parameters.BlockBytes >= parameters.Quota || now - streams.LastActivity > DatagramStandstill);
    }

    private async Task<StackSocket> ConnectAsync(TestCookie cookie, CompletionMode completions, CancellationToken cancellationToken)
    {
        StackSocket socket = new(host, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { CompletionMode = completions };
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(plan.Server, cancellationToken);
            await socket.SendAsync(cookie.ToBytes(), SocketFlags.None, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The loops of streams never block, so they may go on right where frames come in.
    private Task<StackSocket> OpenStreamAsync(TestCookie cookie, CancellationToken cancellationToken) =>
        plan.Udp ? OpenDatagramStreamAsync(cancellationToken) : ConnectAsync(cookie, CompletionMode.Inline, cancellationToken);

    private async Task<StackSocket> OpenDatagramStreamAsync(CancellationToken cancellationToken)
    {
        StackSocket socket = new(host, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { CompletionMode = CompletionMode.Inline };
        try
        {
            await socket.ConnectAsync(plan.Server, cancellationToken);
            byte[] answer = new byte[ParameterRules.LargestDatagram];
            for (int tries = 0; tries < HelloTries; tries++)
            {
                await socket.SendAsync(DatagramHandshake.Request, SocketFlags.None, cancellationToken);
                using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                late.CancelAfter(HelloWait);
                try
                {
                    int received = await socket.ReceiveAsync(answer, SocketFlags.None, late.Token);
                    if (DatagramHandshake.IsAnswer(answer.AsSpan(0, received))) return socket;
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    // Lost, one way or the other.
                }
            }

            throw new Iperf3Failure($"no answer from {plan.Server} over UDP: a filter may be in the way");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static TimeSpan Least(params ReadOnlySpan<TimeSpan> times)
    {
        TimeSpan least = Watch;
        foreach (TimeSpan time in times)
            if (time < least) least = time;
        return least > TimeSpan.FromMilliseconds(1) ? least : TimeSpan.FromMilliseconds(1);
    }
}
