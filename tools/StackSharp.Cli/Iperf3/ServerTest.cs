using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Hosting;
using StackSharp.Net;

namespace StackSharp.Cli.Iperf3;

/// <summary>One test at the server: from the client's cookie to its good-bye.</summary>
internal sealed class ServerTest(StackHost host, CompletionMode completions, ServerPatience patience, TestCookie cookie, ControlChannel channel) : IDisposable
{
    public const int MostParameterBytes = 16 << 10;
    public const int MostResultBytes = 256 << 10;

    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly List<StackSocket> _sockets = [];
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IPAddress _client = ((IPEndPoint)channel.Socket.RemoteEndPoint).Address;
    private readonly IPAddress _server = ((IPEndPoint)channel.Socket.LocalEndPoint!).Address;
    private TestParameters? _expected;   // While streams are awaited; null before and after.

    public ControlChannel Channel => channel;

    /// <exception cref="Iperf3Failure">The client asks for what is not offered, breaks the protocol, or has vanished.</exception>
    public async Task RunAsync()
    {
        await channel.WriteStateAsync(ControlState.ParameterExchange);
        TestParameters parameters = await channel.ReadJsonAsync(ParametersJson.Default.TestParameters, MostParameterBytes, RefusalCode.Parameters);
        ParameterRules.Check(parameters);

        // The client says nothing more until the end of the test, or its own.
        lock (_gate) _expected = parameters;
        await channel.WriteStateAsync(ControlState.CreateStreams);
        Task<ControlState> message = channel.ReadStateAsync();
        try
        {
            await RunAsync(parameters, message);
        }
        catch
        {
            // The reading goes on until the connection is closed; how it ends does not matter then.
            _ = message.ContinueWith(read => read.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Offers a connection that came with a cookie.</summary>
    /// <returns>False, at once: it is not one of this test's. True, when the test is over: it was.</returns>
    public async Task<bool> TakeStreamAsync(TestCookie presented, StackSocket connection)
    {
        if (presented != cookie || !TryAdd(isUdp: false, () => connection)) return false;
        await _over.Task;
        return true;
    }

    /// <summary>A datagram asks for a stream: answered if the test is one over UDP with the same host and lacks one.</summary>
    public void OpenDatagramStream(IPEndPoint client, ReadOnlyMemory<byte> answer)
    {
        if (!client.Address.Equals(_client)) return;
        StackSocket? socket = null;
        if (TryAdd(isUdp: true, () => socket = DatagramPort.Connect(host, completions, _server, client))) socket!.Send(answer.Span);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _expected = null;
            foreach (StackSocket socket in _sockets) socket.Dispose();
        }

        _over.TrySetResult();
    }

    private async Task RunAsync(TestParameters parameters, Task<ControlState> message)
    {
        await WaitForStreamsAsync(message);
        using StreamSet streams = StreamSet.Create(parameters, _sockets, sends: parameters.Reverse);
        await channel.WriteStateAsync(ControlState.TestStart);
        await channel.WriteStateAsync(ControlState.TestRunning);
        ProcessorUse processor = new();
        streams.Start();
        await WaitForEndAsync(parameters, streams, message);

        streams.Stop();
        if (streams.AreSenders) await streams.FinishSendingAsync(shutDown: true);
        else await streams.DrainAsync();
        await channel.WriteStateAsync(ControlState.ExchangeResults);
        TestResults theirs = await channel.ReadJsonAsync(ResultsJson.Default.TestResults, MostResultBytes, RefusalCode.Results);
        foreach (TestStream stream in streams.Streams) _ = theirs.Of(stream.Id);
        await channel.WriteJsonAsync(streams.GetResults(processor), ResultsJson.Default.TestResults);
        await channel.WriteStateAsync(ControlState.DisplayResults);
        await channel.ExpectAsync(ControlState.Done);
    }

    private bool TryAdd(bool isUdp, Func<StackSocket> open)
    {
        lock (_gate)
        {
            if (_expected is not { } parameters || parameters.Udp != isUdp) return false;
            StackSocket socket = open();
            _sockets.Add(socket);   // From here on it is closed with the test.
            Prepare(socket, parameters);
            if (_sockets.Count < parameters.Streams) return true;
            _expected = null;
            _complete.SetResult();
            return true;
        }
    }

    private static void Prepare(StackSocket socket, TestParameters parameters)
    {
        if (parameters.TypeOfService != 0) socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.TypeOfService, (int)parameters.TypeOfService);
        if (parameters.Udp) socket.DontFragment = parameters.DontFragment;
        else socket.NoDelay = parameters.NoDelay;
        if (parameters.BufferBytes == 0) return;
        socket.ReceiveBufferSize = (int)parameters.BufferBytes;
        socket.SendBufferSize = (int)parameters.BufferBytes;
    }

    private async Task WaitForStreamsAsync(Task<ControlState> message)
    {
        Task first = await Task.WhenAny(_complete.Task, message, Task.Delay(patience.Answer));
        if (first == message) await channel.ThrowForAsync(await message, ControlState.TestEnd, CancellationToken.None);
        if (first != _complete.Task) throw new Iperf3Failure("the client did not open all streams in time", RefusalCode.Streams);
    }

    private async Task WaitForEndAsync(TestParameters parameters, StreamSet streams, Task<ControlState> message)
    {
        TimeSpan omitted = TimeSpan.FromSeconds(parameters.Omit);
        TimeSpan most = parameters.Seconds == 0 ? TimeSpan.MaxValue : omitted + TimeSpan.FromSeconds(parameters.Seconds) + patience.Overtime;
        bool isOmitting = parameters.Omit > 0;
        while (!message.IsCompleted)
        {
            TimeSpan now = streams.Elapsed;
            if (now > most) throw new Iperf3Failure("the client did not end the test in time", RefusalCode.Streams);
            if (now - streams.LastActivity > patience.Standstill) throw new Iperf3Failure("nothing has moved for too long: the client has vanished", RefusalCode.Streams);
            if (isOmitting && now >= omitted)
            {
                streams.Forget();
                isOmitting = false;
            }

            await Task.WhenAny(message, Task.Delay(isOmitting && omitted - now < Watch ? omitted - now : Watch));
        }

        ControlState state = await message;
        if (state != ControlState.TestEnd) await channel.ThrowForAsync(state, ControlState.TestEnd, CancellationToken.None);
    }
}
