namespace StackSharp.Drivers.Pcap;

/// <summary>An open capture: set up once, then read, injected into and closed by the device.</summary>
internal sealed unsafe class PcapHandle
{
    private readonly string _device;

    private PcapHandle(string device, nint handle)
    {
        _device = device;
        Handle = handle;
    }

    public nint Handle { get; }

    /// <summary>What libpcap remarked while it opened the interface; empty if nothing.</summary>
    public string Warning { get; private set; } = string.Empty;

    /// <summary>The kernel leaves out what we send ourselves.</summary>
    public bool HidesOwnFrames { get; private set; }

    /// <exception cref="DeviceException">libpcap is missing, or refuses the interface or the filter.</exception>
    public static PcapHandle Open(PcapOptions options, int snapLength)
    {
        string device = options.DeviceName;
        byte* error = stackalloc byte[PcapNative.ErrorBufferBytes];
        nint handle;
        try
        {
            handle = PcapNative.Create(options.Interface, error);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException or TypeInitializationException)
        {
            throw PcapFault.LibraryIsMissing(device, exception);
        }

        if (handle == 0) throw new DeviceException(device, 0, PcapNative.Text(error));
        PcapHandle opened = new(device, handle);
        try
        {
            opened.Activate(options, snapLength);
            if (options.Filter is not null) opened.SetFilter(options.Filter);
            if (PcapNative.SetNonBlocking(handle, 1, error) != 0) throw new DeviceException(device, 0, PcapNative.Text(error));
            return opened;
        }
        catch (DeviceException)
        {
            PcapNative.Close(handle);
            throw;
        }
    }

    // Immediate mode: without it libpcap collects frames until a buffer is full or the timeout is over.
    private void Activate(PcapOptions options, int snapLength)
    {
        const int ReadTimeoutMilliseconds = 1;
        _ = PcapNative.SetSnapLength(Handle, snapLength);   // These fail only on a handle that is active already.
        _ = PcapNative.SetPromiscuous(Handle, options.Promiscuous ? 1 : 0);
        _ = PcapNative.SetImmediateMode(Handle, 1);
        _ = PcapNative.SetTimeout(Handle, ReadTimeoutMilliseconds);
        _ = PcapNative.SetBufferSize(Handle, options.BufferBytes);
        int status = PcapNative.Activate(Handle);
        if (status < 0) throw PcapFault.Activate(_device, options.Interface, status, Words(status));
        if (status > 0) Warning = Words(status);
        int linkType = PcapNative.DataLink(Handle);
        if (linkType != PcapNative.Ethernet) throw PcapFault.NotEthernet(_device, linkType);
        HidesOwnFrames = PcapNative.SetDirection(Handle, PcapNative.DirectionIn) == 0;
    }

    private string Words(int status)
    {
        string general = PcapNative.Text(PcapNative.StatusText(status));
        string details = PcapNative.Text(PcapNative.LastError(Handle));
        if (details.Length == 0) return general;
        return status is PcapNative.ErrorGeneric or 1 ? details : $"{general}: {details}";
    }

    private void SetFilter(string filter)
    {
        const uint NetMaskUnknown = uint.MaxValue;
        PcapNative.FilterProgram program = default;
        if (PcapNative.Compile(Handle, &program, filter, 1, NetMaskUnknown) != 0)
            throw PcapFault.Filter(_device, filter, PcapNative.Text(PcapNative.LastError(Handle)));
        int result = PcapNative.SetFilter(Handle, &program);
        PcapNative.FreeFilter(&program);
        if (result != 0) throw PcapFault.Filter(_device, filter, PcapNative.Text(PcapNative.LastError(Handle)));
    }
}
