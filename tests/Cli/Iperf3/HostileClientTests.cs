using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using StackSharp.Cli.Iperf3;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Tests.Api;
using Xunit;

namespace StackSharp.Tests.Cli.Iperf3;

/// <summary>Clients that mean ill or have vanished: each gets a short answer, and the next one its test.</summary>
public sealed class HostileClientTests : IDisposable
{
    private static readonly IPEndPoint Server = new(HostPair.SecondAddress, Iperf3Server.Port);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(400);

    private readonly HostPair _pair = new();

    public HostileClientTests() => Iperf3Server.Start(_pair.Second, CompletionMode.Inline, new ServerPatience { Answer = Short, Standstill = Short, Overtime = Short });

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _pair.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("GET / HTTP/1.1\r\nHost: somewhere.or.other\r\n\r\n")]
    public async Task Without_a_cookie_nothing_is_answered(string text)
    {
        using StackSocket socket = await ConnectAsync();
        if (text.Length > 0) await socket.SendAsync(Encoding.ASCII.GetBytes(text), Ct);
        try
        {
            Assert.Empty(await ReadToEndAsync(socket));
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            // What was not read when the server closed makes it a reset.
        }

        await AssertServedAsync();
    }

    [Theory]
    [InlineData(0xFFFF_FFFF, "", RefusalCode.Parameters)]
    [InlineData(0x8000_0000, "", RefusalCode.Parameters)]
    [InlineData(16_385, "", RefusalCode.Parameters)]
    [InlineData(4, "{{{{", RefusalCode.Parameters)]
    [InlineData(4, "null", RefusalCode.Parameters)]
    [InlineData(0, "", RefusalCode.Parameters)]
    [InlineData(31, """{"tcp":true,"parallel":"many" }""", RefusalCode.Parameters)]
    [InlineData(27, """{"tcp":true,"parallel":-10}""", RefusalCode.TooManyStreams)]
    [InlineData(33, """{"tcp":true,"bidirectional":true}""", RefusalCode.NotImplemented)]
    [InlineData(100, """{"tcp":true}""", RefusalCode.Control)]
    internal async Task Parameters_that_make_no_sense_are_refused_with_a_number(uint length, string text, RefusalCode code)
    {
        using StackSocket socket = await BeginAsync();
        byte[] message = new byte[4 + text.Length];
        BinaryPrimitives.WriteUInt32BigEndian(message, length);
        Encoding.ASCII.GetBytes(text, message.AsSpan(4));
        await socket.SendAsync(message, Ct);
        byte[] answer = await ReadToEndAsync(socket);
        Assert.Equal([0xFE, 0, 0, 0, (byte)code, 0, 0, 0, 0], answer);
        await AssertServedAsync();
    }

    [Fact]
    public async Task A_client_that_opens_no_streams_is_told_so_after_a_while()
    {
        using StackSocket socket = await BeginAsync();
        await SendJsonAsync(socket, """{"tcp":true,"time":1,"parallel":2,"len":1000}""");
        using StackSocket one = await ConnectAsync();
        Assert.Equal((byte)ControlState.CreateStreams, await ReadByteAsync(socket));
        byte[] answer = await ReadToEndAsync(socket);
        Assert.Equal([0xFE, 0, 0, 0, (byte)RefusalCode.Streams, 0, 0, 0, 0], answer);
        await AssertServedAsync();
    }

    [Theory]
    [InlineData("""{"tcp":true,"time":0,"num":1000000,"parallel":1,"len":1000}""")]
    [InlineData("""{"tcp":true,"time":1,"parallel":1,"len":1000}""")]
    [InlineData("""{"tcp":true,"time":0,"parallel":1,"len":1000,"reverse":true}""")]
    public async Task A_client_that_vanishes_in_the_middle_frees_the_server(string parameters)
    {
        using StackSocket socket = await BeginAsync();
        await SendJsonAsync(socket, parameters);
        Assert.Equal((byte)ControlState.CreateStreams, await ReadByteAsync(socket));
        using StackSocket stream = await ConnectAsync();
        await stream.SendAsync(_cookie.ToBytes(), Ct);
        Assert.Equal((byte)ControlState.TestStart, await ReadByteAsync(socket));
        Assert.Equal((byte)ControlState.TestRunning, await ReadByteAsync(socket));
        byte[] answer = await ReadToEndAsync(socket);
        Assert.Equal([0xFE, 0, 0, 0, (byte)RefusalCode.Streams, 0, 0, 0, 0], answer);
        await AssertServedAsync();
    }

    [Theory]
    [InlineData("""{"streams":[]}""")]
    [InlineData("""{"streams":[{"id":1,"bytes":-1}]}""")]
    [InlineData("""{"streams":null}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    public async Task Results_that_make_no_sense_are_refused(string results)
    {
        using StackSocket socket = await BeginAsync();
        await SendJsonAsync(socket, """{"tcp":true,"time":1,"parallel":1,"len":1000}""");
        Assert.Equal((byte)ControlState.CreateStreams, await ReadByteAsync(socket));
        using StackSocket stream = await ConnectAsync();
        await stream.SendAsync(_cookie.ToBytes(), Ct);
        Assert.Equal((byte)ControlState.TestStart, await ReadByteAsync(socket));
        Assert.Equal((byte)ControlState.TestRunning, await ReadByteAsync(socket));
        await socket.SendAsync(new[] { (byte)ControlState.TestEnd }, Ct);
        Assert.Equal((byte)ControlState.ExchangeResults, await ReadByteAsync(socket));
        await SendJsonAsync(socket, results);
        Assert.Equal([0xFE, 0, 0, 0, (byte)RefusalCode.Results, 0, 0, 0, 0], await ReadToEndAsync(socket));
        await AssertServedAsync();
    }

    [Fact]
    public async Task Strangers_with_the_wrong_cookie_are_turned_away_while_streams_are_awaited()
    {
        using StackSocket socket = await BeginAsync();
        await SendJsonAsync(socket, """{"tcp":true,"time":1,"parallel":1,"len":1000}""");
        Assert.Equal((byte)ControlState.CreateStreams, await ReadByteAsync(socket));
        using StackSocket stranger = await ConnectAsync();
        await stranger.SendAsync(TestCookie.Create().ToBytes(), Ct);
        Assert.Equal([0xFF], await ReadToEndAsync(stranger));
        using StackSocket own = await ConnectAsync();
        await own.SendAsync(_cookie.ToBytes(), Ct);
        Assert.Equal((byte)ControlState.TestStart, await ReadByteAsync(socket));
    }

    [Fact]
    public async Task Datagrams_out_of_nowhere_are_not_answered()
    {
        using StackSocket socket = _pair.NewUdp();
        await socket.ConnectAsync(Server, Ct);
        foreach (byte[] datagram in (byte[][])[[], [1], DatagramHandshake.Request.ToArray(), new byte[1400], new byte[9000]]) await socket.SendAsync(datagram, Ct);
        await AssertServedAsync();
        Assert.Equal(0, socket.Available);
    }

    private TestCookie _cookie;

    private async Task<StackSocket> BeginAsync()
    {
        StackSocket socket = await ConnectAsync();
        _cookie = TestCookie.Create();
        await socket.SendAsync(_cookie.ToBytes(), Ct);
        Assert.Equal((byte)ControlState.ParameterExchange, await ReadByteAsync(socket));
        return socket;
    }

    private async Task<StackSocket> ConnectAsync()
    {
        StackSocket socket = _pair.NewTcp();
        await socket.ConnectAsync(Server, Ct).Soon();
        return socket;
    }

    private static async Task SendJsonAsync(StackSocket socket, string text)
    {
        byte[] message = new byte[4 + text.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, text.Length);
        Encoding.ASCII.GetBytes(text, message.AsSpan(4));
        await socket.SendAsync(message, Ct);
    }

    private static async Task<byte> ReadByteAsync(StackSocket socket)
    {
        byte[] octet = new byte[1];
        Assert.Equal(1, await socket.ReceiveAsync(octet, Ct).Soon());
        return octet[0];
    }

    private static async Task<byte[]> ReadToEndAsync(StackSocket socket)
    {
        List<byte> all = [];
        byte[] buffer = new byte[1000];
        for (int read; (read = await socket.ReceiveAsync(buffer, Ct).Soon()) > 0;) all.AddRange(buffer.AsSpan(0, read));
        return [.. all];
    }

    private async Task AssertServedAsync()
    {
        long end = Environment.TickCount64 + (long)Within.Limit.TotalMilliseconds;
        while (true)
        {
            try
            {
                Iperf3Report report = await new Iperf3Client(_pair.First, new ClientPlan("two", Server) { Octets = 100_000 }, _ => { }).RunAsync(Ct).Soon();
                Assert.Equal(100_000, report.End.SumReceived.Bytes);
                return;
            }
            catch (Iperf3Failure busy) when (busy.Message.Contains("busy", StringComparison.Ordinal) && Environment.TickCount64 < end)
            {
                await Task.Delay(10, Ct);
            }
        }
    }
}
