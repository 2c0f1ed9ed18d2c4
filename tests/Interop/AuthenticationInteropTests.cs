using System.Net;
using System.Net.Sockets;
using StackSharp.Drivers.Tap;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Stack;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Authentication;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Interop;

/// <summary>TCP's MD5 signatures (RFC 2385) between the Linux kernel and this stack, both ways, over a TAP that cuts large segments.</summary>
[Collection(InteropCollection.Name)]
public sealed class AuthenticationInteropTests
{
    private const int Port = 7008;
    private const int Octets = 2 << 20;

    // linux/tcp.h.
    private const int TcpLevel = 6;
    private const int TcpMd5Signature = 14;
    private static readonly IPAddress Ours = IPAddress.Parse("198.18.10.2");
    private static readonly IPAddress Kernel = IPAddress.Parse("198.18.10.1");

    [Fact, Covers("MD5-1")]
    public void The_kernel_connects_and_both_send() => OnTap(host =>
    {
        using StackSocket listener = NewSocket(host, "s3cret"u8);
        listener.Bind(new IPEndPoint(Ours, Port));
        listener.Listen(16);
        using Socket client = NewKernelSocket(Ours, "s3cret"u8);
        client.Connect(Ours, Port);
        using StackSocket server = listener.Accept();
        Exchange(host, client, server);
    });

    [Fact, Covers("MD5-1")]
    public void The_kernel_accepts_and_both_send() => OnTap(host =>
    {
        using Socket listener = NewKernelSocket(Ours, "s3cret"u8);
        listener.Bind(new IPEndPoint(Kernel, Port));
        listener.Listen();
        using StackSocket client = NewSocket(host, "s3cret"u8);
        client.Connect(new IPEndPoint(Kernel, Port));
        using Socket server = listener.Accept();
        Exchange(host, server, client);
    });

    [Fact, Covers("MD5-1")]
    public void Another_secret_gets_no_answer() => OnTap(host =>
    {
        using StackSocket listener = NewSocket(host, "s3cret"u8);
        listener.Bind(new IPEndPoint(Ours, Port));
        listener.Listen(16);
        using Socket client = NewKernelSocket(Ours, "other"u8);
        client.Blocking = false;
        Assert.Throws<SocketException>(() => client.Connect(Ours, Port));
        Assert.False(client.Poll(TimeSpan.FromSeconds(1.5), SelectMode.SelectWrite));
        Assert.True(host.ReadStatistics(statistics => statistics.Tcp.Drops(TcpDropReason.BadAuthentication)) >= 1);
    });

    private static void Exchange(StackHost host, Socket kernel, StackSocket ours)
    {
        byte[] data = new byte[Octets];
        for (int i = 0; i < data.Length; i++) data[i] = (byte)(i * 31 + (i >> 8));
        Thread sender = new(() => kernel.Send(data));
        sender.Start();
        byte[] received = new byte[Octets];
        for (int count = 0; count < Octets;)
        {
            int more = ours.Receive(received.AsSpan(count));
            Assert.NotEqual(0, more);
            count += more;
        }
        sender.Join();
        Assert.True(received.AsSpan().SequenceEqual(data));
        sender = new Thread(() =>
        {
            for (int sent = 0; sent < Octets;) sent += ours.Send(data.AsSpan(sent));
        });
        sender.Start();
        Array.Clear(received);
        for (int count = 0; count < Octets;)
        {
            int more = kernel.Receive(received, count, Octets - count, SocketFlags.None);
            Assert.NotEqual(0, more);
            count += more;
        }
        sender.Join();
        Assert.True(received.AsSpan().SequenceEqual(data));
        Assert.Equal((0, 0), host.ReadStatistics(statistics =>
            (statistics.Tcp.Drops(TcpDropReason.BadAuthentication), statistics.Tcp.Drops(TcpDropReason.MissingAuthentication))));
    }

    private static StackSocket NewSocket(StackHost host, ReadOnlySpan<byte> secret) => new(host, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        AuthenticationKeys = new TcpAuthenticationKeys(TcpAuthenticationKey.ForMd5(IpPrefix.Parse("198.18.10.1/32"), secret)),
        UserTimeout = TimeSpan.FromSeconds(20),
    };

    // struct tcp_md5sig: sockaddr_storage, flags, prefix length, key length, interface, key.
    private static Socket NewKernelSocket(IPAddress peer, ReadOnlySpan<byte> secret)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 30_000, SendTimeout = 30_000 };
        byte[] option = new byte[128 + 8 + 80];
        BitConverter.TryWriteBytes(option, (ushort)AddressFamily.InterNetwork);
        peer.TryWriteBytes(option.AsSpan(4), out int _);
        BitConverter.TryWriteBytes(option.AsSpan(130), (ushort)secret.Length);
        secret.CopyTo(option.AsSpan(136));
        try
        {
            socket.SetRawSocketOption(TcpLevel, TcpMd5Signature, option);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            Assert.Skip($"needs a kernel with CONFIG_TCP_MD5SIG: {exception.Message}");
        }
        return socket;
    }

    private static void OnTap(Action<StackHost> test)
    {
        Requirement.Tap();
        NamespaceThread.Run(() =>
        {
            TapDevice device = TapDevice.Open(new TapOptions { Name = "t0" });
            using StackHost host = new();
            NetworkInterface port = host.Attach(device);
            host.AddAddress(port, IpPrefix.Parse("198.18.10.2/24"));
            NamespaceThread.Execute("ip", "address", "add", "198.18.10.1/24", "dev", "t0");
            test(host);
        });
    }
}
