using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Microsoft.Extensions.Logging;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;

namespace StackSharp.Hosting;

/// <summary>What a call that has to wait waits for.</summary>
internal enum OperationKind
{
    Receive,
    Send,
    Accept,
    Connect,
    Linger,
}

/// <summary>How far a waiting call has come. Changes under the host's lock only.</summary>
internal enum OperationState
{
    /// <summary>In the socket's cache.</summary>
    Free,

    /// <summary>Waits in its socket's queue.</summary>
    Queued,

    /// <summary>Has been given buffers, which whoever runs it fills or empties without the lock.</summary>
    Granted,

    /// <summary>The outcome is known.</summary>
    Completed,
}

/// <summary>A socket call that waits: of a thread that sleeps on its parker, or of somebody who awaits the value task. Reused.</summary>
/// <remarks>It leaves the queue exactly once, under the lock, by a grant, an error, a cancellation, a time-out or the socket's close; so
/// it completes exactly once.</remarks>
internal sealed class SocketOperation : Completion, IValueTaskSource<int>, IValueTaskSource<TcpSocketCore>
{
    /// <summary>Most slices in one grant.</summary>
    public const int MaximumSlices = 32;

    private static readonly Action<object?, CancellationToken> OnCanceled =
        static (state, _) => ((SocketOperation)state!).Core.Cancel((SocketOperation)state);

    private ManualResetValueTaskSourceCore<int> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellation;
    private byte[]? _rented;

    /// <summary>Whose call it is; changes only while the operation is free.</summary>
    public SocketCore Core { get; private set; } = null!;

    public OperationKind Kind { get; private set; }

    public OperationState State { get; set; }

    public SocketOperation? Next { get; set; }

    public SocketOperation? Previous { get; set; }

    /// <summary>Octets that the caller wants moved.</summary>
    public int Length { get; private set; }

    /// <summary>Octets moved so far.</summary>
    public int Done { get; set; }

    public SocketFlags Flags { get; private set; }

    /// <summary>A call that does not wait, and for which the stack takes what there is no room for all the same.</summary>
    public bool TakesAll { get; set; }

    public bool IsPeek => (Flags & SocketFlags.Peek) != 0;

    /// <summary>Memory of a call that nobody sleeps in; a thread that does has it at hand.</summary>
    public Memory<byte> Buffer { get; private set; }

    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>What a grant gave; an array of <see cref="MaximumSlices"/> while granted.</summary>
    public PacketSlice[] Slices { get; private set; } = [];

    public int SliceCount { get; set; }

    public SocketError Error { get; set; }

    /// <summary>What the owner of the caller's memory threw when the operation came to use it: how the call ends then.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>The socket went away, or the caller gave up, while the operation was granted: its next step is its last.</summary>
    public SocketError AbortError { get; set; }

    public UdpDatagram Datagram { get; set; }

    /// <summary>The socket of a connection that was accepted; before that, the one that the caller wants it in, if any.</summary>
    public TcpSocketCore? Accepted { get; set; }

    /// <summary>Where the caller wants a datagram's sender: a <see cref="DatagramSource"/> or a socket address.</summary>
    public object? Source { get; set; }

    /// <summary>Who is told the outcome, where that is neither a thread nor somebody who awaits it.</summary>
    public IOperationSink? Sink { get; set; }

    /// <summary>The thread that waits, if one does.</summary>
    public Parker? Parker { get; private set; }

    /// <summary>Nobody waits: octets of a non-blocking send that were taken without there being room.</summary>
    public bool IsBackground => _rented is not null;

    public bool IsCanceled { get; set; }

    public short Version => _source.Version;

    internal override bool IsWakeUp => Parker is not null || Sink is not null;

    internal override CompletionMode Mode => Core.CompletionMode;

    internal override ILogger Logger => Core.Host.Logger;

    public void Assign(SocketCore core, OperationKind kind)
    {
        Core = core;
        Kind = kind;
    }

    public void PrepareBlocking(int length, SocketFlags flags)
    {
        Prepare(length, flags);
        Parker = Parker.Current;
    }

    public void PrepareReceive(Memory<byte> buffer, SocketFlags flags)
    {
        Prepare(buffer.Length, flags);
        Buffer = buffer;
    }

    public void PrepareSend(ReadOnlyMemory<byte> data, int done, SocketFlags flags)
    {
        Prepare(data.Length, flags);
        Data = data;
        Done = done;
    }

    /// <summary>Takes over the array, rented from the shared pool.</summary>
    public void PrepareBackground(byte[] rented, int length, SocketFlags flags)
    {
        Prepare(length, flags);
        Parker = null;
        _rented = rented;
        Data = rented.AsMemory(0, length);
    }

    /// <summary>Lets a token cancel the call. Its caller does not have the value task yet, so the operation cannot end up elsewhere meanwhile.</summary>
    public ValueTask<int> Publish(CancellationToken cancellationToken) => new(this, Expose(cancellationToken));

    /// <summary>As <see cref="Publish"/>; the result is the accepted socket.</summary>
    public ValueTask<TcpSocketCore> PublishAccept(CancellationToken cancellationToken) => new(this, Expose(cancellationToken));

    /// <summary>The caller's memory to fill; empty, and <see cref="Fault"/> says why, if it is gone.</summary>
    public Span<byte> OpenBuffer()
    {
        try
        {
            return Buffer.Span;
        }
#pragma warning disable CA1031 // A memory manager of the program's may throw anything; the operation has to end with it, and its buffers go back.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fault = exception;
            return default;
        }
    }

    /// <summary>The caller's octets to send; as <see cref="OpenBuffer"/>.</summary>
    public ReadOnlySpan<byte> OpenData()
    {
        try
        {
            return Data.Span;
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fault = exception;
            return default;
        }
    }

    /// <summary>Room for a grant. Under the lock.</summary>
    public PacketSlice[] RentSlices()
    {
        if (Slices.Length == 0) Slices = ArrayPool<PacketSlice>.Shared.Rent(MaximumSlices);
        return Slices;
    }

    /// <summary>Releases what the grant gave.</summary>
    public void ReleaseSlices()
    {
        foreach (ref PacketSlice slice in Slices.AsSpan(0, SliceCount))
        {
            slice.Buffer.Release();
            slice = default;
        }
        SliceCount = 0;
        if (Slices.Length == 0) return;
        ArrayPool<PacketSlice>.Shared.Return(Slices);
        Slices = [];
    }

    /// <summary>Copies the caller's octets into what the grant gave. The references stay until they are committed.</summary>
    /// <returns>Octets copied.</returns>
    public int FillSlices(ReadOnlySpan<byte> data)
    {
        int filled = 0;
        foreach (ref readonly PacketSlice slice in Slices.AsSpan(0, SliceCount))
        {
            int length = Math.Min(slice.Length, data.Length - filled);
            data.Slice(filled, length).CopyTo(slice.Span);
            filled += length;
        }
        return filled;
    }

    /// <summary>Copies what the grant gave to the caller.</summary>
    /// <returns>Octets copied.</returns>
    public int CopySlicesTo(Span<byte> destination)
    {
        int copied = CopySlices(Slices.AsSpan(0, SliceCount), destination);
        ReleaseSlices();
        return copied;
    }

    public static int CopySlices(ReadOnlySpan<PacketSlice> slices, Span<byte> destination)
    {
        int copied = 0;
        foreach (ref readonly PacketSlice slice in slices)
        {
            ReadOnlySpan<byte> piece = slice.Span;
            if (piece.Length > destination.Length - copied) piece = piece[..(destination.Length - copied)];
            piece.CopyTo(destination[copied..]);
            copied += piece.Length;
        }
        return copied;
    }

    /// <summary>The woken thread, or nobody for a value task, goes on outside the lock.</summary>
    internal override void Run()
    {
        if (Parker is { } parker) parker.Wake();
        else Core.Continue(this);
    }

    /// <summary>Tells whoever awaits the outcome. The last thing that happens to the operation before it is reused.</summary>
    public void Finish()
    {
        if (IsBackground)
        {
            Recycle();
            return;
        }
        if (Sink is { } sink)
        {
            SocketError error = Fault is null ? Error : SocketError.Fault;
            (int done, IpEndpoint source) = (Done, Datagram.Source);
            Recycle();
            sink.OnEnded(error, done, source);
            return;
        }
        if (Fault is not null) _source.SetException(Fault);
        else if (Error == SocketError.Success) _source.SetResult(Done);
        else if (IsCanceled) _source.SetException(new OperationCanceledException(_cancellation));
        else _source.SetException(new SocketException((int)Error));
    }

    /// <summary>Back to the cache.</summary>
    public void Recycle()
    {
        ReleaseSlices();
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
        Buffer = default;
        Data = default;
        Parker = null;
        Datagram = default;
        Accepted = null;
        Source = null;
        Sink = null;
        State = OperationState.Free;
        Core.Cache(this);
    }

    int IValueTaskSource<int>.GetResult(short token) => TakeResult(token, out TcpSocketCore? _);

    TcpSocketCore IValueTaskSource<TcpSocketCore>.GetResult(short token)
    {
        TakeResult(token, out TcpSocketCore? accepted);
        return accepted!;
    }

    ValueTaskSourceStatus IValueTaskSource<TcpSocketCore>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<TcpSocketCore>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private short Expose(CancellationToken cancellationToken)
    {
        short version = _source.Version;
        _cancellation = cancellationToken;
        if (cancellationToken.CanBeCanceled) _registration = cancellationToken.UnsafeRegister(OnCanceled, this);
        return version;
    }

    // What was accepted is looked at first: with the result taken, the operation is somebody else's.
    private int TakeResult(short token, out TcpSocketCore? accepted)
    {
        accepted = Accepted;
        bool answered = _source.GetStatus(token) != ValueTaskSourceStatus.Pending;
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            // A wrong token, or asking too early, is the caller's error and must not recycle an operation in use.
            if (answered)
            {
                // Waits for a cancellation that is under way: afterwards nobody else knows the operation.
                _registration.Dispose();
                _registration = default;
                _cancellation = default;
                _source.Reset();
                Recycle();
            }
        }
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Prepare(int length, SocketFlags flags)
    {
        Length = length;
        Flags = flags;
        Done = 0;
        TakesAll = false;
        Error = SocketError.Success;
        Fault = null;
        AbortError = SocketError.Success;
        IsCanceled = false;
    }
}

/// <summary>Slices of a call that does not have to wait, on its own stack.</summary>
[InlineArray(SocketOperation.MaximumSlices)]
internal struct SliceArray
{
    private PacketSlice _first;
}
