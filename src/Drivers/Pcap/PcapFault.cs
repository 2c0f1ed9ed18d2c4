namespace StackSharp.Drivers.Pcap;

/// <summary>Turns what libpcap says into sentences that say what to do.</summary>
internal static class PcapFault
{
    public static DeviceException LibraryIsMissing(string device, Exception exception) => new(
        $"{device}: libpcap is not installed: {HowToInstall} ({exception.Message.Split('\n')[0].Trim()})", exception);

    /// <summary>pcap_activate failed.</summary>
    /// <param name="status">A PCAP_ERROR_ value.</param>
    /// <param name="words">libpcap's own.</param>
    public static DeviceException Activate(string device, string interfaceName, int status, string words) => status switch
    {
        PcapNative.ErrorNoSuchDevice => new(device, status, $"there is no interface {interfaceName}: list them with ip link, or tcpdump -D."),
        PcapNative.ErrorPermissionDenied => new(
            device, status, "no permission to capture: run as root, or give the program CAP_NET_RAW (setcap cap_net_raw+ep FILE)."),
        PcapNative.ErrorPromiscuousPermissionDenied => new(
            device, status, "no permission for promiscuous mode: run as root, or turn it off and use the card's own address."),
        PcapNative.ErrorInterfaceDown => new(device, status, $"{interfaceName} is down: ip link set {interfaceName} up"),
        _ => new(device, status, $"{words.TrimEnd('.')}."),
    };

    public static DeviceException Filter(string device, string filter, string words) =>
        new(device, 0, $"the filter '{filter}' is wrong: {words}.");

    public static DeviceException NotEthernet(string device, int linkType) =>
        new(device, 0, $"link type {linkType} is not Ethernet (1): only Ethernet interfaces can carry the stack's frames.");

    private static string HowToInstall =>
        OperatingSystem.IsWindows() ? "install Npcap from npcap.com." : OperatingSystem.IsMacOS() ? "it comes with the system." : "apt install libpcap0.8, or your system's libpcap package.";
}
