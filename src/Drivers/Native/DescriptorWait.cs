using System.Runtime.InteropServices;

namespace StackSharp.Drivers.Native;

/// <summary>Waits until a descriptor is readable, or another thread says to stop waiting.</summary>
internal sealed unsafe class DescriptorWait
{
    private const short Readable = 1;
    private const short Error = 8;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private readonly int _event;

    /// <exception cref="DeviceException">The process has no descriptors left.</exception>
    public DescriptorWait(string device)
    {
        _event = Libc.EventDescriptor(0, NonBlocking | CloseOnExec);
        if (_event >= 0) return;
        int error = Marshal.GetLastSystemError();
        throw new DeviceException(device, error, $"no event descriptor: {ErrorNumber.Describe(error)}; raise the limit (ulimit -n).");
    }

    /// <summary>Sleeps until there is something to read, an error on the descriptor, a wake, a signal, or time is up.</summary>
    public WaitOutcome Wait(int descriptor, TimeSpan timeout)
    {
        Libc.PollDescriptor* descriptors = stackalloc Libc.PollDescriptor[2];
        descriptors[0] = new Libc.PollDescriptor { Descriptor = descriptor, Events = Readable };
        descriptors[1] = new Libc.PollDescriptor { Descriptor = _event, Events = Readable };
        Libc.TimeSpec limit = Libc.TimeSpec.From(timeout);
        int ready = Libc.Poll(descriptors, 2, timeout < TimeSpan.Zero ? null : &limit, null);
        if (ready <= 0) return ready == 0 ? WaitOutcome.TimeIsUp : WaitOutcome.Ready;
        if (descriptors[1].ReturnedEvents != 0)
        {
            ulong count;
            Libc.Read(_event, (byte*)&count, sizeof(ulong));   // Resets it. Nothing to read means that somebody else did.
        }

        return (descriptors[0].ReturnedEvents & Error) != 0 ? WaitOutcome.Error : WaitOutcome.Ready;
    }

    public void Wake()
    {
        ulong one = 1;
        Libc.Write(_event, (byte*)&one, sizeof(ulong));   // Fails only when 2^64 - 2 wakes are pending, which is a wake.
    }

    public void Close() => Libc.Close(_event);
}
