using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Tasks;
using StackSharp.Net;

namespace StackSharp.Cli.Iperf3;

/// <summary>The control connection of a test: states of one octet, and JSON after its length in four.</summary>
/// <param name="patience">How long the rest of something may take that the peer owes or has begun.</param>
internal sealed class ControlChannel(StackSocket socket, TimeSpan patience) : IDisposable
{
    private const int LengthBytes = 4;
    private const int SinkBytes = 4 << 10;
    private const int MostDrained = 64 << 10;

    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(1);

    private readonly byte[] _state = new byte[1];

    public StackSocket Socket => socket;

    public void Dispose() => socket.Dispose();

    public ValueTask<int> WriteStateAsync(ControlState state, CancellationToken cancellationToken = default) =>
        socket.SendAsync(new[] { unchecked((byte)state) }, SocketFlags.None, cancellationToken);

    /// <summary>Waits for a state, for as long as it takes.</summary>
    /// <exception cref="Iperf3Failure">The peer has closed the connection.</exception>
    public async Task<ControlState> ReadStateAsync(CancellationToken cancellationToken = default)
    {
        if (await socket.ReceiveAsync(_state, SocketFlags.None, cancellationToken) == 0) throw Closed();
        return unchecked((ControlState)(sbyte)_state[0]);
    }

    /// <summary>Waits for one state, within the channel's patience.</summary>
    /// <exception cref="Iperf3Failure">Another came, or none in time.</exception>
    public async Task ExpectAsync(ControlState expected, CancellationToken cancellationToken = default)
    {
        ControlState state = await WithinPatienceAsync(ReadStateAsync, expected.ToString(), cancellationToken);
        if (state != expected) await ThrowForAsync(state, expected, cancellationToken);
    }

    /// <summary>Reads what belongs to an unexpected state, and throws for it.</summary>
    /// <exception cref="Iperf3Failure">Always.</exception>
    public async Task ThrowForAsync(ControlState state, ControlState expected, CancellationToken cancellationToken)
    {
        switch (state)
        {
            case ControlState.AccessDenied:
                throw new Iperf3Failure("the server is busy with another test; try again later");
            case ControlState.ServerTerminate:
                throw new Iperf3Failure("the server has been ended");
            case ControlState.ClientTerminate:
                throw new Iperf3Failure("the client has been ended");
            case ControlState.ServerError:
                byte[] numbers = await ReadAsync(2 * LengthBytes, cancellationToken);
                throw new Iperf3Failure(RefusalText.Describe(BinaryPrimitives.ReadInt32BigEndian(numbers)));
            default:
                throw new Iperf3Failure($"the peer said {state} where {expected} was to come");
        }
    }

    /// <exception cref="Iperf3Failure">No client of iperf3, or none that hurries.</exception>
    public async Task<TestCookie> ReadCookieAsync() =>
        TestCookie.TryRead(await ReadAsync(TestCookie.Size, CancellationToken.None), out TestCookie cookie)
            ? cookie
            : throw new Iperf3Failure("no cookie came: the peer is no iperf3 client");

    /// <param name="mostBytes">A longer text is refused before a single octet of it is read.</param>
    /// <param name="code">What is wrong when the text is.</param>
    /// <exception cref="Iperf3Failure">Too long, late, or not what it should be.</exception>
    public async Task<T> ReadJsonAsync<T>(JsonTypeInfo<T> type, int mostBytes, RefusalCode code, CancellationToken cancellationToken = default)
    {
        uint length = BinaryPrimitives.ReadUInt32BigEndian(await ReadAsync(LengthBytes, cancellationToken));
        if (length > mostBytes) throw new Iperf3Failure($"the peer announced {length} octets of JSON; {mostBytes} are the most", code);
        byte[] text = await ReadAsync((int)length, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw new Iperf3Failure("the peer sent null for JSON", code);
        }
        catch (JsonException malformed)
        {
            throw new Iperf3Failure($"the peer's JSON makes no sense: {malformed.Message}", code, malformed);
        }
    }

    public async Task WriteJsonAsync<T>(T value, JsonTypeInfo<T> type, CancellationToken cancellationToken = default)
    {
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(value, type);
        byte[] message = new byte[LengthBytes + text.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, text.Length);
        text.CopyTo(message, LengthBytes);
        await socket.SendAsync(message, SocketFlags.None, cancellationToken);
    }

    /// <summary>Says why the test does not go on, and stays until the peer has had the chance to read it.</summary>
    public async Task RefuseAsync(RefusalCode code)
    {
        byte[] message = new byte[1 + (2 * LengthBytes)];
        message[0] = unchecked((byte)ControlState.ServerError);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), (int)code);
        await socket.SendAsync(message, SocketFlags.None);
        await LeaveAsync();
    }

    /// <summary>Ends our direction and reads what still comes: closing with unread octets would be a reset, and destroy what was said last.</summary>
    public async Task LeaveAsync()
    {
        socket.Shutdown(SocketShutdown.Send);
        using CancellationTokenSource late = new(DrainTime);
        byte[] sink = new byte[SinkBytes];
        try
        {
            for (int drained = 0, read; drained < MostDrained && (read = await socket.ReceiveAsync(sink, SocketFlags.None, late.Token)) > 0;) drained += read;
        }
        catch (OperationCanceledException)
        {
            // Long enough.
        }
    }

    private Task<byte[]> ReadAsync(int count, CancellationToken cancellationToken) =>
        WithinPatienceAsync(token => ReadExactlyAsync(count, token), $"{count} octets", cancellationToken);

    private async Task<byte[]> ReadExactlyAsync(int count, CancellationToken cancellationToken)
    {
        byte[] octets = new byte[count];
        for (int filled = 0, read; filled < count; filled += read)
        {
            read = await socket.ReceiveAsync(octets.AsMemory(filled), SocketFlags.None, cancellationToken);
            if (read == 0) throw Closed();
        }

        return octets;
    }

    private async Task<T> WithinPatienceAsync<T>(Func<CancellationToken, Task<T>> read, string what, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(patience);
        try
        {
            return await read(late.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new Iperf3Failure($"the peer fell silent: {what} did not come within {patience.TotalSeconds:0} s");
        }
    }

    private static Iperf3Failure Closed() => new("the peer has closed the control connection");
}
