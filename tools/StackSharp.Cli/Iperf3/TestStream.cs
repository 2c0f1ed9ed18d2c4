using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Net;

namespace StackSharp.Cli.Iperf3;

/// <summary>One stream of a test at one end of it. Its loop is the only one that counts; others read.</summary>
internal abstract class TestStream(int id, StackSocket socket) : IDisposable
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StreamFigures _baseline;
    private long _octets;
    private long _lastActivity;

    /// <summary>Number of the stream's results: 1, 3, 4, 5, ... as iperf3 counts, which leaves out 2.</summary>
    public int Id { get; } = id;

    public StackSocket Socket { get; } = socket;

    public abstract bool IsSender { get; }

    /// <summary>Ends when the loop has. Never fails but for a bug.</summary>
    public Task Ended => _ended.Task;

    /// <summary>What ended the loop before its time; null: nothing.</summary>
    public SocketError? Failure { get; private set; }

    /// <summary>When octets were moved last, as <see cref="Stopwatch.GetTimestamp"/>; 0: never.</summary>
    public long LastActivity => Volatile.Read(ref _lastActivity);

    protected bool Stopping { get; private set; }

    public static int IdOf(int index) => index == 0 ? 1 : index + 2;

    /// <summary>Starts the loop, on the thread pool; it goes on where the socket completes.</summary>
    public void Start() => _ = Task.Run(RunAsync);

    /// <summary>Asks a sender to send no more. It ends after the block that it is at.</summary>
    public void Stop() => Stopping = true;

    /// <summary>What was done up to now does not count.</summary>
    public void Forget() => _baseline = ReadAll();

    /// <summary>What was done since the start that counts.</summary>
    public StreamFigures Read() => ReadAll().Since(_baseline);

    public void Dispose()
    {
        Stop();
        Socket.Dispose();
    }

    protected abstract Task TransferAsync();

    protected abstract StreamFigures Describe(long octets);

    protected void Count(int octets)
    {
        Volatile.Write(ref _octets, _octets + octets);
        Volatile.Write(ref _lastActivity, Stopwatch.GetTimestamp());
    }

    private StreamFigures ReadAll() => Describe(Volatile.Read(ref _octets));

    private async Task RunAsync()
    {
        try
        {
            await TransferAsync();
            _ended.SetResult();
        }
        catch (SocketException failure)
        {
            Failure = failure.SocketErrorCode;
            _ended.SetResult();
        }
        catch (ObjectDisposedException)
        {
            // The test is over, and its sockets are closed.
            Failure = SocketError.OperationAborted;
            _ended.SetResult();
        }
        catch (Exception bug)
        {
            _ended.SetException(bug);
            throw;
        }
    }
}
