#pragma warning disable CA2012 // Awaited by hand, once: a continuation of its own is what these tests are about.
using System.Runtime.CompilerServices;
using StackSharp.Drivers.Memory;
using StackSharp.Hosting;
using StackSharp.Net;
using Xunit;

namespace StackSharp.Tests.Api.Net;

/// <summary>In a steady state an echo allocates nothing: not the sockets, not the host, not the stack, not the link.</summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests
{
    private const int WarmUps = 3000;
    private const int Rounds = 2000;

    [Theory]
    [InlineData(64, true)]
    [InlineData(6000, true)]
    [InlineData(6000, false)]
    public void An_inline_echo_allocates_nothing(int length, bool offload)
    {
        using HostPair pair = new(CompletionMode.Inline, new MemoryLinkOptions { Offload = offload });
        (StackSocket client, StackSocket server) = pair.Connect();
        client.NoDelay = true;
        server.NoDelay = true;
        using EchoLoop echo = new(server, length);
        byte[] buffer = new byte[length];
        long allocated = long.MaxValue;
        Within.Run(() =>
        {
            for (int i = 0; i < WarmUps; i++) RoundTrip(client, buffer);
            // Tiered compilation may still be at work in the background: the least of several runs is the program's own share.
            for (int run = 0; run < 5 && allocated > 0; run++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                for (int i = 0; i < Rounds; i++) RoundTrip(client, buffer);
                allocated = Math.Min(allocated, GC.GetTotalAllocatedBytes(precise: true) - before);
            }
        });
        Assert.True(allocated < Rounds, $"{allocated} octets in {Rounds} round trips.");
        Assert.Null(echo.Failure);
    }

    private static void RoundTrip(StackSocket client, byte[] buffer)
    {
        client.Send(buffer);
        for (int received = 0; received < buffer.Length;) received += client.Receive(buffer.AsSpan(received));
    }

    /// <summary>An echo server without a state machine: continuations only.</summary>
    private sealed class EchoLoop : IDisposable
    {
        private readonly StackSocket _socket;
        private readonly byte[] _buffer;
        private readonly Action _received;
        private readonly Action _sent;
        private ValueTaskAwaiter<int> _pending;

        public EchoLoop(StackSocket socket, int length)
        {
            _socket = socket;
            _buffer = new byte[length];
            Action onReceived = OnReceived;
            Action onSent = OnSent;
            _received = () => Guarded(onReceived);
            _sent = () => Guarded(onSent);
            Receive();
        }

        public Exception? Failure { get; private set; }

        public void Dispose() => _socket.Dispose();

        private void Receive()
        {
            while (true)
            {
                _pending = _socket.ReceiveAsync(_buffer).GetAwaiter();
                if (!_pending.IsCompleted)
                {
                    _pending.UnsafeOnCompleted(_received);
                    return;
                }
                if (!Send(_pending.GetResult())) return;
            }
        }

        private bool Send(int length)
        {
            if (length == 0) return false;
            _pending = _socket.SendAsync(_buffer.AsMemory(0, length)).GetAwaiter();
            if (_pending.IsCompleted)
            {
                _ = _pending.GetResult();
                return true;
            }
            _pending.UnsafeOnCompleted(_sent);
            return false;
        }

        private void OnReceived()
        {
            if (Send(_pending.GetResult())) Receive();
        }

        private void OnSent()
        {
            _ = _pending.GetResult();
            Receive();
        }

        private void Guarded(Action action)
        {
            try
            {
                action();
            }
            catch (System.Net.Sockets.SocketException)
            {
                // The socket was closed at the end of the test.
            }
            catch (ObjectDisposedException)
            {
            }
#pragma warning disable CA1031 // Kept for the test to see.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Failure = exception;
            }
        }
    }
}
