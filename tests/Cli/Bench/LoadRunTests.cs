using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Cli.Bench;
using StackSharp.Tests.Api;
using Xunit;

namespace StackSharp.Tests.Cli.Bench;

public sealed class LoadRunTests
{
    [Theory, InlineData(true), InlineData(false)]
    public void Who_gives_up_does_not_wait_for_calls_that_nobody_answers(bool connects)
    {
        using SilentNetwork network = new(connects);
        using CancellationTokenSource cancellation = new();
        using Timer timer = new(_ => cancellation.Cancel());
        BenchWork work = BenchWork.All.First(candidate => candidate.Name == "rr64");
        network.WhenBlocked(work.Connections, () => timer.Change(0, Timeout.Infinite));
        Within.Run(() => Assert.Throws<OperationCanceledException>(
            () => LoadRun.Measure(network, work, TimeSpan.FromHours(1), TimeSpan.FromHours(1), cancellation.Token)));
        Assert.Equal(0, network.OpenSockets);
    }

    /// <summary>A peer that takes connections, or not even that, and never answers.</summary>
    private sealed class SilentNetwork(bool connects) : ILoadNetwork, IDisposable
    {
        private int _openSockets;
        private CountdownEvent? _blocked;
        private Action _onBlocked = () => { };

        public int OpenSockets => Volatile.Read(ref _openSockets);

        public void WhenBlocked(int calls, Action then)
        {
            _blocked = new CountdownEvent(calls);
            _onBlocked = then;
        }

        public void Dispose() => _blocked?.Dispose();

        public void EnterThread()
        {
        }

        public ILoadSocket Open(SocketType type)
        {
            Interlocked.Increment(ref _openSockets);
            return new SilentSocket(this);
        }

        private sealed class SilentSocket(SilentNetwork network) : ILoadSocket
        {
            private readonly TaskCompletionSource _disposed = new();
            private int _isDisposed;

            public void Connect(int port)
            {
                if (!network.Connects) Block();
            }

            public int Send(ReadOnlySpan<byte> octets) => octets.Length;

            public int Receive(Span<byte> destination)
            {
                Block();
                return 0;
            }

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _isDisposed, 1) == 0) Interlocked.Decrement(ref network._openSockets);
                _disposed.TrySetResult();
            }

            private void Block()
            {
                if (network._blocked!.Signal()) network._onBlocked();
                _disposed.Task.Wait(Within.Limit);
                throw new SocketException((int)SocketError.OperationAborted);
            }
        }

        private bool Connects { get; } = connects;
    }
}
