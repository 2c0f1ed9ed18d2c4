using System.CommandLine;
using System.IO;
using StackSharp.Drivers;
using StackSharp.Hosting;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Tracing;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Cli.Session;

/// <summary>The options with which a command gets onto a network.</summary>
internal sealed class DeviceOptions
{
    private readonly Option<string> _device = new("--device")
    {
        Description = $"The device: {DeviceName.Kinds}. A TAP is made if it is not there.",
        HelpName = "DEVICE",
        Required = true,
    };

    private readonly Option<IpPrefix?> _address = OptionFactory.Prefix("--address", "The stack's own address, with prefix length.");
    private readonly Option<IpAddress?> _gateway = OptionFactory.Address("--gateway", "The router to everything else.");
    private readonly Option<MacAddress?> _mac = OptionFactory.Mac("--mac", "The stack's hardware address. Default: drawn at random (tap, pcap), the interface's own (packet).");
    private readonly Option<IpPrefix?> _hostAddress = OptionFactory.Prefix("--host-address", "An address for the kernel's side of a TAP.");
    private readonly Option<bool> _noOffload = OptionFactory.Flag("--no-offload", "Exchange frames as they are on a wire: no large segments, every checksum computed.");
    private readonly Option<string?> _congestion = OptionFactory.CongestionControl("--congestion", "TCP's congestion control: bbr, cubic, dctcp or reno. Default: cubic.");
    private readonly Option<EcnUse?> _ecn = OptionFactory.Ecn("--ecn", "Explicit congestion notification: off, answer, request or classic. Default: answer.");
    private readonly Option<FileInfo?> _capture = OptionFactory.File("--capture", "Record all frames to a pcapng file.");
    private readonly Option<FileInfo?> _trace = OptionFactory.File("--trace", "Write what happens to TCP connections (windows, losses, round-trip times) to a CSV file.");

    public void AddTo(Command command)
    {
        _address.Required = true;
        command.Add(_device);
        command.Add(_address);
        command.Add(_gateway);
        command.Add(_mac);
        command.Add(_hostAddress);
        command.Add(_noOffload);
        command.Add(_congestion);
        command.Add(_ecn);
        command.Add(_capture);
        command.Add(_trace);
    }

    public DeviceChoice Read(ParseResult parsed) => new(
        parsed.GetRequiredValue(_device),
        parsed.GetValue(_address)!.Value,
        parsed.GetValue(_gateway),
        parsed.GetValue(_mac),
        parsed.GetValue(_hostAddress),
        Offload: !parsed.GetValue(_noOffload),
        parsed.GetValue(_congestion),
        parsed.GetValue(_ecn),
        parsed.GetValue(_capture),
        parsed.GetValue(_trace));
}

/// <summary>A device and the stack's place on it.</summary>
internal sealed record DeviceChoice(
    string Device, IpPrefix Address, IpAddress? Gateway, MacAddress? Mac, IpPrefix? HostAddress, bool Offload, string? CongestionControl, EcnUse? Ecn,
    FileInfo? Capture, FileInfo? Trace)
{
    /// <summary>The options of a stack that is to do as was chosen.</summary>
    /// <param name="events">What its connections report to; null: nothing.</param>
    public StackHostOptions ApplyTo(StackHostOptions options, ITcpEventSink? events)
    {
        TcpLayerOptions tcp = options.Stack.Tcp;
        if (CongestionControl is not null) tcp = tcp with { CongestionControl = CongestionControl };
        if (Ecn is { } ecn) tcp = tcp with { Socket = tcp.Socket with { Ecn = ecn } };
        if (events is not null) tcp = tcp with { Socket = tcp.Socket with { Events = events } };
        return options with { Stack = options.Stack with { Tcp = tcp } };
    }
}
