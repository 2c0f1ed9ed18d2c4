using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using StackSharp.AspNetCore;
using StackSharp.Net;
using Xunit;

namespace StackSharp.Tests.AspNetCore;

/// <summary>The transport by itself, without Kestrel: a raw client on one stack, a connection context on the other.</summary>
public sealed class StackTransportTests : IAsyncLifetime
{
    private readonly JoinedHosts _hosts = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));
    private IConnectionListener? _listener;

    private CancellationToken Limit => _limit.Token;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_listener is not null) await _listener.DisposeAsync();
        await _hosts.DisposeAsync();
        _limit.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_client_sends_is_read_and_answered(bool inline)
    {
        (StackSocket client, ConnectionContext server) = await ConnectAsync(new StackTransportOptions
        {
            ApplicationScheduler = inline ? PipeScheduler.Inline : PipeScheduler.ThreadPool,
        });
        using (client)
        await using (server)
        {
            await client.SendAsync("question"u8.ToArray(), SocketFlags.None, Limit);
            Assert.Equal("question", await ReadTextAsync(server, 8));
            await server.Transport.Output.WriteAsync("answer"u8.ToArray(), Limit);
            Assert.Equal("answer", await ReceiveTextAsync(client, 6));
            Assert.Equal(((IPEndPoint)client.LocalEndPoint!).Port, ((IPEndPoint)server.RemoteEndPoint!).Port);
            Assert.Equal(((IPEndPoint)client.RemoteEndPoint).Port, ((IPEndPoint)server.LocalEndPoint!).Port);
        }
    }

    [Fact]
    public async Task Bulk_data_arrives_whole_both_ways()
    {
        const int Octets = 8 << 20;
        byte[] content = new byte[Octets];
        new Random(1).NextBytes(content);
        (StackSocket client, ConnectionContext server) = await ConnectAsync(new StackTransportOptions());
        using (client)
        await using (server)
        {
            Task echo = server.Transport.Input.CopyToAsync(server.Transport.Output, Limit);
            Task sending = client.SendAsync(content, SocketFlags.None, Limit).AsTask();
            byte[] back = new byte[Octets];
            for (int received = 0; received < Octets;) received += await client.ReceiveAsync(back.AsMemory(received), SocketFlags.None, Limit);
            await sending;
            Assert.True(content.AsSpan().SequenceEqual(back));
            client.Shutdown(SocketShutdown.Send);
            await echo;
        }
    }

    [Fact]
    public async Task The_answer_may_follow_the_clients_end()
    {
        (StackSocket client, ConnectionContext server) = await ConnectAsync(new StackTransportOptions { KeepHalfOpen = true });
        using (client)
        await using (server)
        {
            client.Shutdown(SocketShutdown.Send);
            ReadResult end = await server.Transport.Input.ReadAsync(Limit);
            Assert.True(end.IsCompleted);
            Assert.False(server.ConnectionClosed.IsCancellationRequested);
            await server.Transport.Output.WriteAsync("late"u8.ToArray(), Limit);
            Assert.Equal("late", await ReceiveTextAsync(client, 4));
            await server.Transport.Output.CompleteAsync();
            Assert.Equal(0, await client.ReceiveAsync(new byte[1], SocketFlags.None, Limit));
            await CancelledAsync(server.ConnectionClosed);
        }
    }

    [Fact]
    public async Task The_server_may_finish_first_and_go_on_reading()
    {
        (StackSocket client, ConnectionContext server) = await ConnectAsync(new StackTransportOptions());
        using (client)
        await using (server)
        {
            await server.Transport.Output.CompleteAsync();
            Assert.Equal(0, await client.ReceiveAsync(new byte[1], SocketFlags.None, Limit));
            await client.SendAsync("still here"u8.ToArray(), SocketFlags.None, Limit);
            Assert.Equal("still here", await ReadTextAsync(server, 10));
        }
    }

    [Fact]
    public async Task By_default_the_clients_end_closes_the_connection()
    {
        (StackSocket client, ConnectionContext server) = await ConnectAsync(new StackTransportOptions());
        using (client)
        await using (server)
        {
            client.Shutdown(SocketShutdown.Send);
            await CancelledAsync(server.ConnectionClosed);
        }
    }

    [Fact]
    public async Task Abort_resets_the_peer_and_ends_both_pipes()
    {
        (StackSocket client, ConnectionContext server) = await ConnectAsync(new StackTransportOptions());
        using (client)
        await using (server)
        {
            server.Abort(new ConnectionAbortedException("enough"));
            SocketException reset = await Assert.ThrowsAsync<SocketException>(async () => await client.ReceiveAsync(new byte[1], SocketFlags.None, Limit));
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
            await Assert.ThrowsAsync<ConnectionAbortedException>(async () => await server.Transport.Input.ReadAsync(Limit));
            Assert.True((await server.Transport.Output.FlushAsync(Limit)).IsCompleted);
            await CancelledAsync(server.ConnectionClosed);
        }
    }

    [Fact]
    public async Task A_reset_by_the_peer_reaches_the_reader()
    {
        (StackSocket client, ConnectionContext server) = await ConnectAsync(new StackTransportOptions());
        await using (server)
        {
            client.LingerState = new LingerOption(true, 0);
            client.Dispose();
            await Assert.ThrowsAsync<ConnectionResetException>(async () => await server.Transport.Input.ReadAsync(Limit));
            await CancelledAsync(server.ConnectionClosed);
        }
    }

    [Fact]
    public async Task A_reader_that_stops_closes_the_window_and_no_memory_grows()
    {
        const long Limits = 64 << 10;
        (StackSocket client, ConnectionContext server) = await ConnectAsync(new StackTransportOptions { MaxReadBufferSize = Limits });
        using (client)
        await using (server)
        {
            client.Blocking = false;
            byte[] block = new byte[64 << 10];
            long sent = await SendUntilFullAsync(client, block);
            ReadResult read = await server.Transport.Input.ReadAsync(Limit);
            Assert.InRange(read.Buffer.Length, 1, Limits + block.Length);
            long total = read.Buffer.Length;
            server.Transport.Input.AdvanceTo(read.Buffer.End);

            // Once the reader goes on, all of it comes.
            while (total < sent)
            {
                read = await server.Transport.Input.ReadAsync(Limit);
                total += read.Buffer.Length;
                server.Transport.Input.AdvanceTo(read.Buffer.End);
            }

            Assert.Equal(sent, total);
        }
    }

    [Fact]
    public async Task A_peer_that_does_not_read_makes_writers_wait()
    {
        (StackSocket client, ConnectionContext server) = await ConnectAsync(new StackTransportOptions { MaxWriteBufferSize = 32 << 10 });
        using (client)
        await using (server)
        {
            byte[] block = new byte[64 << 10];
            long written = 0;
            ValueTask<FlushResult> flush = default;
            for (; written < 64 << 20; written += block.Length)
            {
                flush = server.Transport.Output.WriteAsync(block, Limit);
                if (!flush.IsCompleted && await Task.WhenAny(flush.AsTask(), Task.Delay(200, Limit)) is not Task<FlushResult>) break;
            }

            Assert.InRange(written, 1, 32 << 20);
            server.Abort(new ConnectionAbortedException("the test is over"));
        }
    }

    [Fact]
    public async Task Disposing_sends_what_was_written_and_then_closes()
    {
        (StackSocket client, ConnectionContext server) = await ConnectAsync(new StackTransportOptions());
        using (client)
        {
            await server.Transport.Output.WriteAsync("goodbye"u8.ToArray(), Limit);
            await server.DisposeAsync();
            Assert.Equal("goodbye", await ReceiveTextAsync(client, 7));
            Assert.Equal(0, await client.ReceiveAsync(new byte[1], SocketFlags.None, Limit));
        }
    }

    [Fact]
    public async Task An_unbound_listener_accepts_no_more()
    {
        IConnectionListener listener = await BindAsync(new StackTransportOptions());
        ValueTask<ConnectionContext?> accepting = listener.AcceptAsync(Limit);
        await listener.UnbindAsync(Limit);
        Assert.Null(await accepting);
        Assert.Null(await listener.AcceptAsync(Limit));
        int port = ((IPEndPoint)listener.EndPoint).Port;
        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => _hosts.ConnectAsync(port, Limit));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task A_taken_port_is_reported_as_Kestrel_expects_it()
    {
        IConnectionListener listener = await BindAsync(new StackTransportOptions());
        StackTransportFactory factory = new(_hosts.Server, Options.Create(new StackTransportOptions()));
        await Assert.ThrowsAsync<AddressInUseException>(async () => await factory.BindAsync(listener.EndPoint, Limit));
    }

    [Fact]
    public void A_factory_takes_the_endpoints_of_its_stack_and_plain_ones_if_it_may()
    {
        StackTransportFactory both = new(_hosts.Server, Options.Create(new StackTransportOptions()));
        StackTransportFactory only = new(_hosts.Server, Options.Create(new StackTransportOptions { AcceptPlainEndPoints = false }));
        StackEndPoint ours = new(_hosts.Server, IPAddress.Any, 80);
        StackEndPoint another = new(_hosts.Client, IPAddress.Any, 80);
        IPEndPoint plain = new(IPAddress.Any, 80);
        Assert.Equal([true, false, true, false], new EndPoint[] { ours, another, plain, new UnixDomainSocketEndPoint("/tmp/x") }.Select(both.CanBind));
        Assert.Equal([true, false, false], new EndPoint[] { ours, another, plain }.Select(only.CanBind));
    }

    [Fact]
    public async Task A_connection_factory_connects_from_its_stack()
    {
        IConnectionListener listener = await BindAsync(new StackTransportOptions());
        StackConnectionFactory factory = new(_hosts.Client, Options.Create(new StackTransportOptions()));
        int port = ((IPEndPoint)listener.EndPoint).Port;
        await using ConnectionContext client = await factory.ConnectAsync(new IPEndPoint(JoinedHosts.ServerAddress, port), Limit);
        await using ConnectionContext server = (await listener.AcceptAsync(Limit))!;
        await client.Transport.Output.WriteAsync("hello"u8.ToArray(), Limit);
        Assert.Equal("hello", await ReadTextAsync(server, 5));
        await Assert.ThrowsAsync<SocketException>(async () => await factory.ConnectAsync(new IPEndPoint(JoinedHosts.ServerAddress, port == 1 ? 2 : 1), Limit));
    }

    private async Task<IConnectionListener> BindAsync(StackTransportOptions options)
    {
        StackTransportFactory factory = new(_hosts.Server, Options.Create(options));
        _listener = await factory.BindAsync(new IPEndPoint(IPAddress.Any, 0), Limit);
        return _listener;
    }

    private async Task<(StackSocket Client, ConnectionContext Server)> ConnectAsync(StackTransportOptions options)
    {
        IConnectionListener listener = await BindAsync(options);
        StackSocket client = await _hosts.ConnectAsync(((IPEndPoint)listener.EndPoint).Port, Limit);
        ConnectionContext? server = await listener.AcceptAsync(Limit);
        return (client, server!);
    }

    private async Task<string> ReadTextAsync(ConnectionContext connection, int octets)
    {
        ReadResult read = await connection.Transport.Input.ReadAtLeastAsync(octets, Limit);
        string text = Encoding.ASCII.GetString(read.Buffer.ToArray());
        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        return text;
    }

    private async Task<string> ReceiveTextAsync(StackSocket socket, int octets)
    {
        byte[] buffer = new byte[octets];
        for (int received = 0; received < octets;)
        {
            int more = await socket.ReceiveAsync(buffer.AsMemory(received), SocketFlags.None, Limit);
            Assert.NotEqual(0, more);
            received += more;
        }

        return Encoding.ASCII.GetString(buffer);
    }

    /// <summary>Sends until nothing has been taken for a while.</summary>
    private async Task<long> SendUntilFullAsync(StackSocket socket, byte[] block)
    {
        long sent = 0;
        for (int refused = 0; refused < 20;)
        {
            int taken = socket.Send(block, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                refused++;
                await Task.Delay(10, Limit);
                continue;
            }

            Assert.Equal(SocketError.Success, error);
            refused = 0;
            sent += taken;
            Assert.InRange(sent, 1, 64 << 20);
        }

        return sent;
    }

    private async Task CancelledAsync(CancellationToken token)
    {
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = token.Register(cancelled.SetResult);
        await cancelled.Task.WaitAsync(Limit);
    }
}
