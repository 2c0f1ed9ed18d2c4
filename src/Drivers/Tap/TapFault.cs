using StackSharp.Drivers.Native;

namespace StackSharp.Drivers.Tap;

/// <summary>Turns error numbers of /dev/net/tun into sentences that say what to do.</summary>
internal static class TapFault
{
    public static PlatformNotSupportedException NotOnThisSystem(string device) => new(
        $"{device}: TAP and TUN interfaces are opened through Linux's /dev/net/tun; here use pcap:INTERFACE.");

    public static DeviceException NameIsUnusable(string device, string name) => new(
        device, 0, $"'{name}' is no interface name: 1 to 15 octets, without '/', ':' and blanks.");

    /// <summary>Opening /dev/net/tun failed.</summary>
    public static DeviceException Open(string device, int error) => error switch
    {
        ErrorNumber.NoEntry => new(device, error, "/dev/net/tun is missing: load the module (modprobe tun), or give the container the device (--device /dev/net/tun)."),
        ErrorNumber.NoDevice or ErrorNumber.NoSuchDeviceOrAddress => new(device, error, "the kernel has no TUN/TAP driver: load the module (modprobe tun)."),
        ErrorNumber.OperationNotPermitted or ErrorNumber.PermissionDenied => new(
            device, error, "no permission to open /dev/net/tun: run as root, or let your user read and write it."),
        _ => new(device, error, $"cannot open /dev/net/tun: {ErrorNumber.Describe(error)}."),
    };

    /// <summary>Creating or attaching the interface (TUNSETIFF) failed.</summary>
    public static DeviceException Attach(string device, TapOptions options, int error)
    {
        string mode = device.StartsWith("tun:", StringComparison.Ordinal) ? "tun" : "tap";
        return error switch
        {
            ErrorNumber.OperationNotPermitted or ErrorNumber.PermissionDenied => new(
                device, error, $"no permission: run as root, or have root run: ip tuntap add dev {options.Name} mode {mode} user {Environment.UserName}"),
            ErrorNumber.Busy => new(device, error, $"another program has {options.Name} open: end it, or choose another name."),
            ErrorNumber.InvalidArgument => new(
                device, error, $"{options.Name} exists and is no {mode} interface, or was made with other options (multi_queue): choose another name."),
            ErrorNumber.TooBig => new(device, error, $"{options.Name} takes no more queues."),
            _ => new(device, error, $"cannot attach to {options.Name}: {ErrorNumber.Describe(error)}."),
        };
    }

    /// <summary>The kernel knows virtio headers but not their size.</summary>
    public static DeviceException HeaderSize(string device, int error) => new(
        device, error, $"the kernel refuses the virtio header's size: {ErrorNumber.Describe(error)}; open the device without offload.");
}
