using System.Runtime.InteropServices;
using StackSharp.Packetdrill.Native;
using StackSharp.Packetdrill.Sockets;
using StackSharp.Packetdrill.Time;
using StackSharp.Packetdrill.Wire;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Packetdrill;

/// <summary>One script's run: a stack, its clock, and the descriptors that the script has opened.</summary>
internal sealed class Session : IDisposable
{
    private readonly object _sync = new();

    // The tool's first thread: it injects packets, and no one else lets time pass.
    private readonly int _owner = Environment.CurrentManagedThreadId;
    private readonly Dictionary<int, Descriptor> _descriptors = [];
    private GCHandle _handle;
    private StackUnderTest? _stack;
    private bool _isDisposed;

    public Session(AdapterFlags flags)
    {
        Flags = flags;
        Settings = new KernelSettings(flags.Settings);
        Clock = new VirtualClock(_sync);
        _handle = GCHandle.Alloc(this);
    }

    public AdapterFlags Flags { get; }

    public KernelSettings Settings { get; }

    public VirtualClock Clock { get; }

    public Instant Now => Clock.Now;

    /// <summary>What stands for this object in the tool's table.</summary>
    public nint UserData => GCHandle.ToIntPtr(_handle);

    /// <summary>Made when first asked for: by then the script has run the shell lines that set the kernel's options.</summary>
    public StackUnderTest Stack => _stack ??= new StackUnderTest(Flags, Settings.StackOptions(), Now);

    public static Session Of(nint userData) => (Session)GCHandle.FromIntPtr(userData).Target!;

    /// <summary>Does a call of the tool. What the stack sends thereby has left afterwards, and whoever waits for something looks again.</summary>
    public long Enter(Func<long> call)
    {
        lock (_sync)
        {
            long result = call();
            _stack?.Flush(Now);
            NoteChange();
            return result;
        }
    }

    /// <summary>The tool looks at the clock: microseconds.</summary>
    public long ReadClock()
    {
        lock (_sync) return Clock.Read().Microseconds;
    }

    /// <summary>Tries until there is a result, within <see cref="Enter"/>.</summary>
    /// <param name="attempt">The result, or null: not yet.</param>
    /// <param name="deadline">When to give up.</param>
    /// <returns>Null: the deadline has come, or nothing will happen any more.</returns>
    public long? Await(Func<long?> attempt, Instant deadline)
    {
        return Environment.CurrentManagedThreadId == _owner ? AwaitAlone(Try, deadline) : Clock.Await(Try, deadline);

        long? Try()
        {
            long? result = attempt();
            _stack?.Flush(Now);
            return result;
        }
    }

    /// <summary>Lets time pass, and runs on the way what falls due.</summary>
    public void Sleep(TimeSpan duration)
    {
        lock (_sync)
        {
            Instant until = Now + duration;
            while (true)
            {
                Clock.Settle();
                Instant next = NextDeadline();
                if (next > until) break;
                RunUntil(next);
            }
            Clock.AdvanceTo(until);
        }
    }

    /// <summary>The oldest packet that has been sent and not shown; lets time pass until there is one.</summary>
    /// <returns>False: none will come, whatever one waits.</returns>
    public bool TryTakePacket(out SentPacket packet)
    {
        lock (_sync)
        {
            while (!Stack.Sent.TryDequeue(out packet))
            {
                if (Clock.Settle()) continue;
                Instant next = NextDeadline();
                if (next == Instant.Never) return false;
                RunUntil(next);
            }
            return true;
        }
    }

    /// <summary>Gives a descriptor a number that the kernel gives nobody else.</summary>
    public int Add(Descriptor descriptor)
    {
        int number = LibC.NewDescriptor();
        if (number < 0) throw new InvalidOperationException("The kernel has no descriptor left: raise the limit (ulimit -n).");
        _descriptors.Add(number, descriptor);
        return number;
    }

    public Descriptor? Find(int number)
    {
        lock (_sync) return _descriptors.GetValueOrDefault(number);
    }

    /// <summary>The tool injects a packet, within <see cref="Enter"/>.</summary>
    public void OnPacket(ReadOnlySpan<byte> packet)
    {
        // A connection's settings are those that hold when it begins.
        if (IsSyn(packet))
        {
            Stack.Stack.Tcp.SetFastOpenKeys(Settings.FastOpenKeys());
            foreach (Descriptor descriptor in _descriptors.Values) (descriptor as TcpSocket)?.RefreshListener();
        }
        Stack.Receive(packet, Now);
    }

    /// <summary>Ends a descriptor, within <see cref="Enter"/>.</summary>
    /// <param name="releasesNumber">The kernel's descriptor is closed as well; otherwise the caller does that.</param>
    public long Close(int number, bool releasesNumber)
    {
        if (!_descriptors.Remove(number, out Descriptor? descriptor)) return -Errno.BadDescriptor;
        descriptor.Close();
        if (releasesNumber && LibC.Close(number) != 0) return -Errno.InputOutput;
        return 0;
    }

    public void Dispose()
    {
        lock (_sync)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            foreach (int number in _descriptors.Keys) LibC.Close(number);
            _descriptors.Clear();
            _stack?.Dispose();
            _handle.Free();
        }
    }

    // The thread that otherwise lets time pass: while it waits, only the stack's own timers can change anything.
    private long? AwaitAlone(Func<long?> attempt, Instant deadline)
    {
        while (true)
        {
            if (attempt() is { } result) return result;
            Instant next = Instant.Min(NextDeadline(), deadline);
            if (next == Instant.Never || Now >= deadline) return null;
            RunUntil(next);
        }
    }

    private static bool IsSyn(ReadOnlySpan<byte> packet) =>
        Ipv4Header.TryParse(packet, out Ipv4Header header) && header.Protocol == IpProtocol.Tcp
        && TcpHeader.TryParse(header.Payload, out TcpHeader tcp) && tcp.Has(TcpControlBits.Syn) && !tcp.Has(TcpControlBits.Ack);

    private Instant NextDeadline() => Instant.Min(_stack?.Stack.NextDeadline ?? Instant.Never, Clock.NextDeadline);

    private void RunUntil(Instant moment)
    {
        Clock.AdvanceTo(moment);
        if (_stack is not null && _stack.Stack.NextDeadline <= Now) _stack.RunTimers(Now);
        NoteChange();
    }

    private void NoteChange()
    {
        foreach (Descriptor descriptor in _descriptors.Values) descriptor.OnChange();
        Clock.NoteChange();
    }
}
