using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;

namespace StackSharp.Hosting;

/// <content>The receive thread: batches of frames in, deadlines, inline completions.</content>
internal sealed partial class AttachedDevice
{
    private static readonly TimeSpan BufferFamine = TimeSpan.FromMilliseconds(1);
    private readonly PacketBuffer[] _buffers = new PacketBuffer[TransmitBatch];
    private readonly StackHost.InlineRunner _runner;
    private readonly Thread _thread;
    private SpinControl _spin;
    private int _held;
    private volatile bool _stopping;
    private bool _endsItself;

    public bool IsRunning => _thread.IsAlive;

    public void Start() => _thread.Start();

    /// <summary>Ends the thread and disposes the device. Bounded by <see cref="StackHostOptions.DisposeTimeout"/>.</summary>
    /// <remarks>Called by an inline continuation, on the very thread that is to end, it does not wait: the thread does the rest when it gets there.</remarks>
    public void Stop()
    {
        _stopping = true;
        if (Thread.CurrentThread == _thread)
        {
            _endsItself = true;
            return;
        }
        _device.Wake();
        if (!_thread.Join(_host.Options.DisposeTimeout)) HostLog.ThreadStuck(_host.Logger, _thread.Name!, _host.Options.DisposeTimeout);
        Close();
    }

    private void Close()
    {
        Transmit(isReceiveThread: true);
        Retire();
        int count;
        while ((count = Interface.TransmitQueue.Dequeue(_frames)) > 0) foreach (TransmitFrame frame in _frames.AsSpan(0, count)) frame.Release();
        try
        {
            _device.Dispose();
        }
#pragma warning disable CA1031 // A driver that fails to close must not keep the rest from closing.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            HostLog.DeviceDisposeFailed(_host.Logger, exception, _device.Info.Name);
        }
        _offload?.Dispose();
    }

    /// <summary>Tops up the buffers to receive into. Under the lock.</summary>
    public void Refill()
    {
        while (_held < _host.MaximumBatch && !_stopping)
        {
            if (_host.RentReceiveBuffer(Interface) is not { } buffer) return;
            _buffers[_held++] = buffer;
        }
    }

    private void Run()
    {
        _runner.Adopt();
        try
        {
            ReceiveUntilStopped();
        }
#pragma warning disable CA1031 // Said loudly; the host's other devices go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            HostLog.ReceiveThreadFailed(_host.Logger, exception, _device.Info.Name);
        }
        for (int i = 0; i < _held; i++) _buffers[i].Release();
        _held = 0;
        if (!_stopping) _host.OnDeviceGone(this);
        StackHost.InlineRunner.Abandon();
        if (_endsItself) Close();
    }

    private void ReceiveUntilStopped()
    {
        int limit = 1;
        while (!_stopping)
        {
            int count = _held == 0 ? 0 : _device.Receive(_buffers.AsSpan(0, Math.Min(limit, _held)));
            if (count < 0)
            {
                HostLog.DeviceGone(_host.Logger, _device.Info.Name);
                return;
            }
            if (count > 0)
            {
                int likeThese = FramesInFullBatch(_buffers.AsSpan(0, count));
                Deliver(count);
                // The first frame after a sleep is not held back for those that may follow it; in a stream of frames batches get large.
                limit = Math.Min(limit * 2, likeThese);
                continue;
            }
            limit = 1;
            Idle();
        }
    }

    private int FramesInFullBatch(ReadOnlySpan<PacketBuffer> frames)
    {
        long octets = 1;
        foreach (PacketBuffer frame in frames) octets += frame.Length;
        return (int)Math.Clamp(frames.Length * (long)_host.Options.MaximumBatchBytes / octets, 1, _host.MaximumBatch);
    }

    private void Deliver(int count)
    {
        Instant arrival = HostClock.Now;
        if (_offload is not null) count = _offload.Merge(_buffers.AsSpan(0, count));
        _host.Deliver(this, _buffers.AsSpan(0, count), arrival);
        _runner.RunAll();
    }

    /// <summary>Replaces what the stack kept of the first <paramref name="count"/> buffers. Under the lock.</summary>
    public void Reclaim(int count)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            if (!_buffers[i].IsShared) continue;
            _buffers[i].Release();
            if (_host.RentReceiveBuffer(Interface) is { } fresh) _buffers[i] = fresh;
            else _buffers[i] = _buffers[--_held];
        }
        // After a shortage the batches grow again, even if the frames never leave a moment to refill.
        Refill();
    }

    private void Idle()
    {
        Instant until = _host.PrepareSleep(this, this);
        Transmit(isReceiveThread: true);
        _runner.RunAll();
        if (_held == 0)
        {
            // Everything is queued somewhere. Frames wait in the device, or are dropped and counted there.
            Thread.Sleep(BufferFamine);
            return;
        }
        if (!Interface.TransmitQueue.IsEmpty && _turn == Free) return;
        TimeSpan timeout = TimeoutUntil(until);
        if (timeout == TimeSpan.Zero || _stopping) return;
        if (_spin.IsWorthwhile && SpinForFrames(timeout)) return;
        long asleep = HostClock.Now.Nanoseconds;
        _device.WaitForFrames(timeout);
        _spin.OnSlept(HostClock.Now.Nanoseconds - asleep);
    }

    // Looking costs the device's cheapest call. The one frame that ends it is taken at once: it is what somebody waits for.
    private bool SpinForFrames(TimeSpan atMost)
    {
        long start = HostClock.Now.Nanoseconds;
        long limit = Math.Min(_spin.LimitNanoseconds, atMost.Ticks * 100);
        long last = start;
        while (!_stopping)
        {
            int count = _device.Receive(_buffers.AsSpan(0, 1));
            if (count > 0)
            {
                _spin.OnFound();
                Deliver(count);
                return true;
            }
            long now = HostClock.Now.Nanoseconds;
            if (_spin.OnLooked(now, now - last) || count < 0 || now - start >= limit) break;
            last = now;
        }
        _spin.OnFoundNothing();
        return false;
    }
}
