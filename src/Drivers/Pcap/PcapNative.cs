using System.Reflection;
using System.Runtime.InteropServices;

namespace StackSharp.Drivers.Pcap;

/// <summary>The part of libpcap's API that a link device needs (pcap(3PCAP)); Npcap's wpcap.dll on Windows.</summary>
internal static unsafe partial class PcapNative
{
    public const int Ethernet = 1;
    public const int DirectionIn = 1;
    public const int ErrorBufferBytes = 256;
    public const int ErrorGeneric = -1;
    public const int ErrorNoSuchDevice = -5;
    public const int ErrorPermissionDenied = -8;
    public const int ErrorInterfaceDown = -9;
    public const int ErrorPromiscuousPermissionDenied = -11;
    private const string Library = "pcap";

    static PcapNative() => NativeLibrary.SetDllImportResolver(typeof(PcapNative).Assembly, Resolve);

    [LibraryImport(Library, EntryPoint = "pcap_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Create(string device, byte* errorBuffer);

    [LibraryImport(Library, EntryPoint = "pcap_set_snaplen")]
    public static partial int SetSnapLength(nint handle, int octets);

    [LibraryImport(Library, EntryPoint = "pcap_set_promisc")]
    public static partial int SetPromiscuous(nint handle, int enabled);

    [LibraryImport(Library, EntryPoint = "pcap_set_immediate_mode")]
    public static partial int SetImmediateMode(nint handle, int enabled);

    [LibraryImport(Library, EntryPoint = "pcap_set_timeout")]
    public static partial int SetTimeout(nint handle, int milliseconds);

    [LibraryImport(Library, EntryPoint = "pcap_set_buffer_size")]
    public static partial int SetBufferSize(nint handle, int octets);

    [LibraryImport(Library, EntryPoint = "pcap_activate")]
    public static partial int Activate(nint handle);

    [LibraryImport(Library, EntryPoint = "pcap_datalink")]
    public static partial int DataLink(nint handle);

    [LibraryImport(Library, EntryPoint = "pcap_compile", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Compile(nint handle, FilterProgram* program, string filter, int optimize, uint netMask);

    [LibraryImport(Library, EntryPoint = "pcap_setfilter")]
    public static partial int SetFilter(nint handle, FilterProgram* program);

    [LibraryImport(Library, EntryPoint = "pcap_freecode")]
    public static partial void FreeFilter(FilterProgram* program);

    [LibraryImport(Library, EntryPoint = "pcap_setnonblock")]
    public static partial int SetNonBlocking(nint handle, int enabled, byte* errorBuffer);

    [LibraryImport(Library, EntryPoint = "pcap_setdirection")]
    public static partial int SetDirection(nint handle, int direction);

    [LibraryImport(Library, EntryPoint = "pcap_next_ex")]
    public static partial int Next(nint handle, byte** header, byte** data);

    [LibraryImport(Library, EntryPoint = "pcap_inject")]
    public static partial int Inject(nint handle, byte* frame, nuint length);

    [LibraryImport(Library, EntryPoint = "pcap_sendpacket")]
    public static partial int SendPacket(nint handle, byte* frame, int length);

    [LibraryImport(Library, EntryPoint = "pcap_stats")]
    public static partial int Statistics(nint handle, CaptureStatistics* statistics);

    [LibraryImport(Library, EntryPoint = "pcap_get_selectable_fd")]
    public static partial int SelectableDescriptor(nint handle);

    [LibraryImport(Library, EntryPoint = "pcap_getevent")]
    public static partial nint Event(nint handle);

    [LibraryImport(Library, EntryPoint = "pcap_geterr")]
    public static partial byte* LastError(nint handle);

    [LibraryImport(Library, EntryPoint = "pcap_statustostr")]
    public static partial byte* StatusText(int status);

    [LibraryImport(Library, EntryPoint = "pcap_close")]
    public static partial void Close(nint handle);

    public static string Text(byte* zeroTerminated) => Marshal.PtrToStringUTF8((nint)zeroTerminated) ?? string.Empty;

    /// <summary>caplen and len of struct pcap_pkthdr, which follow a struct timeval: two longs, of 32 bits on Windows.</summary>
    public static (int Captured, int Length) ReadHeader(byte* header)
    {
        uint* lengths = (uint*)(header + (OperatingSystem.IsWindows() ? 8 : 2 * sizeof(nint)));
        return ((int)lengths[0], (int)lengths[1]);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;   // Not ours: the runtime's own search.
        string[] names = OperatingSystem.IsWindows() ? ["wpcap.dll", @"Npcap\wpcap.dll"]
            : OperatingSystem.IsMacOS() ? ["libpcap.A.dylib", "libpcap.dylib"]
            : ["libpcap.so.0.8", "libpcap.so.1", "libpcap.so"];
        foreach (string candidate in names)
            if (NativeLibrary.TryLoad(candidate, assembly, path, out nint library)) return library;
        return 0;
    }

    /// <summary>struct bpf_program.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct FilterProgram
    {
        public uint Length;
        public nint Instructions;
    }

    /// <summary>struct pcap_stat; Windows has more fields behind these.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct CaptureStatistics
    {
        public uint Received;
        public uint Dropped;
        public uint DroppedByInterface;
        private readonly long _room0;
        private readonly long _room1;
    }
}
