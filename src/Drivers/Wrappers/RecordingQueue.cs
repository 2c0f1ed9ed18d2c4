using System.Buffers;
using System.IO;
using StackSharp.Drivers.PcapFile;

namespace StackSharp.Drivers.Wrappers;

/// <summary>Frames on their way to a capture file: threads with frames leave copies and go on, one thread of its own writes.</summary>
internal sealed class RecordingQueue
{
    private readonly object _gate = new();
    private readonly PcapngWriter _writer;
    private readonly Queue<Entry> _waiting = new();
    private readonly List<string> _comments = [];
    private readonly int _maximumFrames;
    private readonly int _maximumOctets;
    private readonly Thread _thread;
    private long _octets;
    private long _leftOut;
    private long _leftOutSinceWritten;
    private long _recorded;
    private bool _closed;

    /// <param name="writer">With one interface; belongs to the queue.</param>
    public RecordingQueue(PcapngWriter writer, PcapngRecorderOptions options)
    {
        _writer = writer;
        _maximumFrames = options.QueueFrames;
        _maximumOctets = options.QueueOctets;
        _thread = new Thread(Run) { IsBackground = true, Name = "capture writer" };
        _thread.Start();
    }

    /// <summary>Frames left out since the start: the writer was behind, or had failed.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>Frames written.</summary>
    public long Recorded => Interlocked.Read(ref _recorded);

    /// <summary>Why nothing more is written: the disk is full, the pipe is closed. Null: all is well.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>A copy to write to, from a pool; null if the frame must be left out.</summary>
    public byte[]? TryReserve(int length)
    {
        lock (_gate)
        {
            if (_closed || Fault is not null || _waiting.Count >= _maximumFrames || _octets + length > _maximumOctets)
            {
                Interlocked.Increment(ref _leftOut);
                _leftOutSinceWritten++;
                return null;
            }

            _octets += length;
        }

        return ArrayPool<byte>.Shared.Rent(length);
    }

    /// <summary>Hands a copy in. Frames get their time here, so that the file is in order.</summary>
    /// <param name="copy">From <see cref="TryReserve"/>.</param>
    /// <param name="length">As reserved.</param>
    /// <param name="kept">Octets to write.</param>
    public void Add(byte[] copy, int length, int kept, CaptureDirection direction)
    {
        lock (_gate)
        {
            if (_closed)
            {
                Interlocked.Increment(ref _leftOut);
                ArrayPool<byte>.Shared.Return(copy);
                return;
            }

            string[]? comments = null;
            if (_leftOutSinceWritten > 0)
            {
                _comments.Add($"{_leftOutSinceWritten} frames before this one were left out: the capture's writer was behind.");
                _leftOutSinceWritten = 0;
            }

            if (_comments.Count > 0)
            {
                comments = [.. _comments];
                _comments.Clear();
            }

            _waiting.Enqueue(new Entry(copy, length, kept, CaptureClock.NanosecondsSinceEpoch, direction, comments));
            if (_waiting.Count == 1) Monitor.Pulse(_gate);
        }
    }

    /// <summary>Goes to the next frame, or to the end of the file if none follows.</summary>
    public void Comment(string text)
    {
        lock (_gate) _comments.Add(text);
    }

    /// <summary>Writes what waits, then the counters, and closes the file.</summary>
    /// <param name="passed">Frames that passed the device.</param>
    /// <param name="dropped">Frames that the device dropped.</param>
    public void Close(long passed, long dropped)
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
        try
        {
            if (Fault is null) _writer.WriteStatistics(0, CaptureClock.NanosecondsSinceEpoch, passed, dropped, LeftOut, _comments);
            _writer.Dispose();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            Fault ??= exception;
        }
    }

    private void Run()
    {
        List<Entry> batch = [];
        while (TakeBatch(batch))
        {
            foreach (Entry entry in batch)
            {
                Write(entry);
                ArrayPool<byte>.Shared.Return(entry.Copy);
            }

            lock (_gate) _octets -= batch.Sum(entry => (long)entry.Length);
            batch.Clear();
        }
    }

    private bool TakeBatch(List<Entry> batch)
    {
        const int BatchFrames = 256;
        bool idle;
        lock (_gate) idle = _waiting.Count == 0;
        if (idle) Flush();   // Who looks at the file while traffic pauses finds all of it.
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_closed) Monitor.Wait(_gate);
            while (batch.Count < BatchFrames && _waiting.TryDequeue(out Entry entry)) batch.Add(entry);
            return batch.Count > 0;
        }
    }

    private void Flush()
    {
        try
        {
            if (Fault is null) _writer.Flush();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            Fault = exception;
        }
    }

    private void Write(in Entry entry)
    {
        if (Fault is not null)
        {
            Interlocked.Increment(ref _leftOut);
            return;
        }

        try
        {
            _writer.WriteFrame(0, entry.Time, entry.Copy.AsSpan(0, entry.Kept), entry.Length, entry.Direction, entry.Comments);
            Interlocked.Increment(ref _recorded);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            Fault = exception;
            Interlocked.Increment(ref _leftOut);
        }
    }

    private readonly record struct Entry(byte[] Copy, int Length, int Kept, long Time, CaptureDirection Direction, string[]? Comments);
}
