using System.Runtime.InteropServices;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers.Native;

/// <summary>Reads and changes settings of a network interface of the kernel's (netdevice(7)).</summary>
internal sealed unsafe class InterfaceSettings : IDisposable
{
    private const int FamilyIpv4 = 2;
    private const int FamilyIpv6 = 10;
    private const int DatagramCloseOnExec = 2 | 0x80000;
    private const int GetFlags = 0x8913;
    private const int SetFlags = 0x8914;
    private const int SetAddressCall = 0x8916;
    private const int SetMask = 0x891C;
    private const int GetMtu = 0x8921;
    private const int SetMtu = 0x8922;
    private const int GetHardwareAddress = 0x8927;
    private const int GetIndex = 0x8933;
    private const int SetQueueLengthCall = 0x8943;
    private const short Up = 1;
    private readonly string _device;
    private readonly string _name;
    private readonly int _socket;

    /// <exception cref="DeviceException">The process has no descriptors left.</exception>
    public InterfaceSettings(string device, string name)
    {
        _device = device;
        _name = name;
        _socket = OpenSocket(FamilyIpv4);
    }

    public int MaximumTransmissionUnit
    {
        get => Call(GetMtu, new InterfaceRequest(_name), "read the MTU", $"ip link show {_name}").Value;
        set => Call(SetMtu, new InterfaceRequest(_name) { Value = value }, $"set the MTU to {value}", $"ip link set {_name} mtu {value}");
    }

    /// <summary>Hardware address of the kernel's side.</summary>
    public MacAddress HardwareAddress => Hardware.HardwareAddress;

    /// <summary>The kind of hardware address: ARPHRD_ETHER is 1.</summary>
    public int HardwareType => Hardware.HardwareType;

    /// <summary>The number by which the kernel knows the interface.</summary>
    public int Index => Call(GetIndex, new InterfaceRequest(_name), "read the interface's number", $"ip link show {_name}").Value;

    public bool IsUp => (State.Flags & Up) != 0;

    private InterfaceRequest Hardware => Call(GetHardwareAddress, new InterfaceRequest(_name), "read the hardware address", $"ip link show {_name}");

    private InterfaceRequest State => Call(GetFlags, new InterfaceRequest(_name), "read the state", $"ip link show {_name}");

    public void BringUp()
    {
        InterfaceRequest request = State;
        if ((request.Flags & Up) != 0) return;
        request.Flags |= Up;
        Call(SetFlags, request, "bring the interface up", $"ip link set {_name} up");
    }

    public void SetQueueLength(int frames) => Call(
        SetQueueLengthCall, new InterfaceRequest(_name) { Value = frames }, $"set the queue length to {frames}", $"ip link set {_name} txqueuelen {frames}");

    public void SetAddress(IpPrefix address)
    {
        if (address.Address.IsIpv4) SetIpv4Address(address);
        else AddIpv6Address(address);
    }

    public void Dispose() => Libc.Close(_socket);

    /// <summary>Reading or changing a setting failed.</summary>
    /// <param name="what">That could not be done: "bring the interface up".</param>
    /// <param name="command">Does the same by hand.</param>
    internal static DeviceException Fault(string device, string what, string command, int error) => error switch
    {
        ErrorNumber.OperationNotPermitted or ErrorNumber.PermissionDenied => new(
            device, error, $"no permission to {what}: run as root, or have root run: {command}"),
        ErrorNumber.NoDevice => new(device, error, "there is no such interface: list them with ip link."),
        _ => new(device, error, $"cannot {what}: {ErrorNumber.Describe(error)}. By hand: {command}"),
    };

    private void SetIpv4Address(IpPrefix address)
    {
        string command = $"ip addr add {address} dev {_name}";
        uint mask = address.Length == 0 ? 0 : uint.MaxValue << (32 - address.Length);
        Call(SetAddressCall, InterfaceRequest.WithIpv4(_name, address.Address.Ipv4Value), $"set the address {address}", command);
        Call(SetMask, InterfaceRequest.WithIpv4(_name, mask), $"set the address {address}", command);
    }

    private void AddIpv6Address(IpPrefix address)
    {
        int index = Index;
        byte* request = stackalloc byte[24];   // struct in6_ifreq: address, prefix length, interface.
        address.Address.WriteTo(new Span<byte>(request, IpAddress.Ipv6Size));
        *(uint*)(request + 16) = (uint)address.Length;
        *(int*)(request + 20) = index;
        int socket = OpenSocket(FamilyIpv6);
        int result = Libc.Ioctl(socket, SetAddressCall, request);
        int error = result < 0 ? Marshal.GetLastSystemError() : 0;
        Libc.Close(socket);
        const int AlreadyThere = 17;
        if (error is not (0 or AlreadyThere)) throw Fault(_device, $"set the address {address}", $"ip addr add {address} dev {_name}", error);
    }

    private int OpenSocket(int family)
    {
        int socket = Libc.Socket(family, DatagramCloseOnExec, 0);
        if (socket >= 0) return socket;
        int error = Marshal.GetLastSystemError();
        throw new DeviceException(_device, error, $"no socket to set up the interface: {ErrorNumber.Describe(error)}.");
    }

    private InterfaceRequest Call(nuint call, InterfaceRequest request, string what, string command)
    {
        if (Libc.Ioctl(_socket, call, &request) >= 0) return request;
        throw Fault(_device, what, command, Marshal.GetLastSystemError());
    }
}
