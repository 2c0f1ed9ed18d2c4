using StackSharp.Drivers.Native;

namespace StackSharp.Drivers.AfPacket;

/// <summary>Turns error numbers of packet sockets into sentences that say what to do.</summary>
internal static class AfPacketFault
{
    public static PlatformNotSupportedException NotOnThisSystem(string device) => new(
        $"{device}: packet sockets are Linux's; here use pcap:INTERFACE.");

    public static DeviceException NameIsUnusable(string device, string name) => new(
        device, 0, $"'{name}' is no interface name: 1 to 15 octets, without '/', ':' and blanks.");

    /// <summary>Making the socket failed.</summary>
    public static DeviceException Open(string device, int error) => error switch
    {
        ErrorNumber.OperationNotPermitted or ErrorNumber.PermissionDenied => new(
            device, error, "no permission for packet sockets: run as root, or give the program CAP_NET_RAW (setcap cap_net_raw+ep FILE)."),
        ErrorNumber.FamilyNotSupported => new(device, error, "the kernel has no packet sockets: load the module (modprobe af_packet), or use tap:NAME."),
        _ => new(device, error, $"cannot make a packet socket: {ErrorNumber.Describe(error)}."),
    };

    /// <param name="hardwareType">ARPHRD_ of the kernel.</param>
    public static DeviceException NotEthernet(string device, string name, int hardwareType) => new(
        device, 0, $"{name} is no Ethernet interface (its hardware type is {hardwareType}, not 1): only those can carry the stack's frames.");

    public static DeviceException IsDown(string device, string name) => new(
        device, ErrorNumber.NetworkIsDown, $"{name} is down: ip link set {name} up");

    public static DeviceException MtuIsTooLarge(string device, string name, int wanted, int mtu) => new(
        device, 0, $"the MTU of {name} is {mtu}, so packets of {wanted} octets cannot leave: ip link set {name} mtu {wanted}");

    public static DeviceException AddressIsUnusable(string device, string address) => new(
        device, 0, $"{address} is no station's hardware address: the lowest bit of the first octet must be 0.");

    /// <summary>Setting the socket up failed.</summary>
    /// <param name="what">That could not be done: "use ring version 2".</param>
    public static DeviceException Set(string device, string what, int error) => error switch
    {
        ErrorNumber.NoDevice or ErrorNumber.NoSuchDeviceOrAddress => new(device, error, "there is no such interface: list them with ip link."),
        ErrorNumber.OperationNotPermitted or ErrorNumber.PermissionDenied => new(device, error, $"no permission to {what}: run as root."),
        _ => new(device, error, $"cannot {what}: {ErrorNumber.Describe(error)}."),
    };

    /// <summary>The kernel gives no ring.</summary>
    public static DeviceException Ring(string device, long octets, int error) => error switch
    {
        ErrorNumber.NoMemory => new(device, error, $"no memory for a ring of {octets} octets: ask for fewer frames ({nameof(AfPacketOptions.RingFrames)})."),
        _ => new(device, error, $"no ring of {octets} octets: {ErrorNumber.Describe(error)}."),
    };
}
