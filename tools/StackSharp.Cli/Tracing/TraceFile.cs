using System.Globalization;
using System.IO;
using System.Threading.Tasks;
using StackSharp.Net;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Tracing;

namespace StackSharp.Cli.Tracing;

/// <summary>Writes the events of TCP connections to a CSV file as they happen, until it is disposed of.</summary>
internal sealed class TraceFile : IAsyncDisposable
{
    private const int Capacity = 65_536;
    private readonly TcpEventLog _log = new(Capacity);
    private readonly StreamWriter _writer;
    private readonly Task _writing;

    private TraceFile(StreamWriter writer)
    {
        _writer = writer;
        _writing = WriteAsync();
    }

    /// <summary>What connections report to.</summary>
    public ITcpEventSink Sink => _log;

    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static TraceFile Create(FileInfo file) => new(new StreamWriter(file.FullName, append: false));

    /// <summary>Writes what is left. Standard error says if events are missing.</summary>
    /// <exception cref="IOException">Not everything could be written.</exception>
    public async ValueTask DisposeAsync()
    {
        _log.Complete();
        await using (_writer) await _writing;
        if (_log.Dropped > 0) await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"trace: {_log.Dropped} events came too fast and are missing"));
    }

    private async Task WriteAsync()
    {
        await _writer.WriteLineAsync(TraceText.Header);
        Instant? origin = null;
        await foreach (TcpTraceEvent happened in _log.ReadAllAsync())
        {
            origin ??= happened.At;
            await _writer.WriteLineAsync(TraceText.Format(happened, origin.Value));
        }
    }
}
