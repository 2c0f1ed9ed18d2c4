using System.Diagnostics;
using System.Threading.Tasks;
using StackSharp.Cli.Output;
using StackSharp.Hosting;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Echo;
using StackSharp.Stack.Wire;

namespace StackSharp.Cli.Ping;

/// <summary>Sends echo requests on time and collects the answers. The stack stamps both, so looking late falsifies nothing.</summary>
internal static class Pinger
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    /// <param name="onAnswer">Hears of each answer as it comes.</param>
    public static async Task<PingSummary> RunAsync(
        StackHost host, IpAddress destination, PingPlan plan, Action<PingAnswer> onAnswer, CancellationToken cancellationToken)
    {
        EchoEndpoint endpoint = Open(host);
        List<PingAnswer> answers = [];
        byte[] data = [.. Enumerable.Range(0, plan.DataBytes).Select(index => (byte)index)];
        int sent = 0;
        long started = Stopwatch.GetTimestamp();
        TimeSpan last = TimeSpan.Zero;
        try
        {
            while (true)
            {
                TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
                if (sent < plan.Count && elapsed >= plan.Interval * sent)
                {
                    Send(host, endpoint, destination, (ushort)(sent + 1), data);
                    sent++;
                    last = elapsed;
                }

                Collect(host, endpoint, answers, onAnswer);
                if (sent == plan.Count && (answers.Count >= sent || elapsed - last >= plan.Wait)) break;
                TimeSpan pause = sent < plan.Count && plan.Interval < Look ? plan.Interval : Look;
                if (pause > TimeSpan.Zero) await Task.Delay(pause, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C ends the pinging, not the summary.
        }
        finally
        {
            Close(host, endpoint);
        }

        return Summarize(sent, answers);
    }

    private static PingSummary Summarize(int sent, List<PingAnswer> answers)
    {
        List<double> times = [.. answers.Where(answer => answer.Outcome == nameof(EchoOutcome.Reply)).Select(answer => answer.Milliseconds)];
        double loss = sent == 0 ? 0 : 100.0 * (sent - times.Count) / sent;
        return times.Count == 0
            ? new PingSummary(sent, 0, loss, 0, 0, 0, answers)
            : new PingSummary(sent, times.Count, loss, times.Min(), times.Average(), times.Max(), answers);
    }

    private static EchoEndpoint Open(StackHost host)
    {
        using StackHost.Entry entered = host.Enter();
        ThrowIfFailed(entered.Stack.OpenEcho(host, out EchoEndpoint? endpoint));
        return endpoint!;
    }

    private static void Send(StackHost host, EchoEndpoint endpoint, IpAddress destination, ushort sequence, byte[] data)
    {
        using StackHost.Entry entered = host.Enter();
        ThrowIfFailed(endpoint.SendEcho(destination, sequence, data, hopLimit: 0, dontFragment: false, entered.Now));
    }

    private static void Collect(StackHost host, EchoEndpoint endpoint, List<PingAnswer> answers, Action<PingAnswer> onAnswer)
    {
        int known = answers.Count;
        using (StackHost.Entry entered = host.Enter())
        {
            while (endpoint.TryReceive(out EchoReply reply))
            {
                answers.Add(new PingAnswer(
                    reply.Sequence, reply.Outcome.ToString(), reply.From.ToString(), reply.HopLimit, reply.DataLength, reply.RoundTripTime.TotalMilliseconds));
            }
        }

        for (; known < answers.Count; known++) onAnswer(answers[known]);
    }

    private static void Close(StackHost host, EchoEndpoint endpoint)
    {
        using StackHost.Entry entered = host.Enter();
        endpoint.Close();
    }

    private static void ThrowIfFailed(TransportError error)
    {
        if (error != TransportError.None) throw new CommandFailure(FailureText.Describe((System.Net.Sockets.SocketError)error));
    }
}
