using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Tasks;
using StackSharp.Drivers.Memory;
using StackSharp.Drivers.Wrappers;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Stack;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;
using StackSharp.Stack.Wire;
using Xunit;

namespace StackSharp.Tests.Api.Hosting;

public sealed class SoftwareOffloadTests
{
    private const int Length = 8 << 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_stack_works_with_large_segments_and_the_wire_sees_small_ones()
    {
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair(new MemoryLinkOptions { Offload = false });
        using FrameWatch sender = new(first);
        using Joined hosts = new(sender, second);
        LinkDeviceInfo info = first.Info;
        Assert.Equal((OffloadRules.Everything, 65535), (hosts.Near.Device.Capabilities, hosts.Near.Device.MaximumSegmentationBytes));
        Assert.Equal((TransmitCapabilities.None, 0), (info.Capabilities, info.MaximumSegmentationBytes));
        await hosts.Transfer();
        Assert.Equal(info.MaximumTransmissionUnit + 14, sender.LongestFrame);
        Assert.False(sender.HasSeenWorkLeft);
        long segments = Length / 1448;
        Assert.InRange(first.Statistics.FramesSent, segments, long.MaxValue);
        Assert.InRange(hosts.Near.Statistics.FramesSent, Length / 65535, segments / 4);
        Assert.InRange(hosts.Far.Statistics.FramesReceived, Length / 65535, (second.Statistics.FramesReceived / 2) - 1);
    }

    [Fact]
    public async Task Switched_off_the_stack_sees_the_device_as_it_is()
    {
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair(new MemoryLinkOptions { Offload = false });
        using FrameWatch sender = new(first);
        using Joined hosts = new(sender, second, isOn: false);
        Assert.Equal(first.Info, hosts.Near.Device);
        await hosts.Transfer();
        // The last acknowledgments may still be on their way, counted here and not yet there.
        Assert.True(SpinWait.SpinUntil(() => hosts.Near.Statistics.FramesSent == first.Statistics.FramesSent, TimeSpan.FromSeconds(10)));
        Assert.True(SpinWait.SpinUntil(() => hosts.Far.Statistics.FramesReceived == second.Statistics.FramesReceived, TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task Loss_damage_and_disorder_change_nothing_in_what_arrives(bool offload)
    {
        ImpairmentOptions noisy = new() { Delay = TimeSpan.FromMilliseconds(1), Loss = 0.005, Duplication = 0.005, Corruption = 0.005, Reordering = 0.01 };
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair(new MemoryLinkOptions { Offload = offload });
        ImpairedDevice impaired = new(first, new ImpairedDeviceOptions { Transmit = noisy, Receive = noisy, Seed = 11 });
        using Joined hosts = new(impaired, second);
        await hosts.Transfer();
        Assert.InRange(impaired.TransmitImpairments.Corrupted, 1, long.MaxValue);
    }

    [Fact]
    public async Task Ending_in_the_middle_leaves_no_frame_and_no_buffer()
    {
        using HostPair pair = new(CompletionMode.ThreadPool, new MemoryLinkOptions { Offload = false });
        NetworkStack stack;
        using (StackHost.Entry entered = pair.First.Enter()) stack = entered.Stack;
        (StackSocket client, StackSocket server) = pair.Connect();
        Task<int> sending = client.SendAsync(new byte[Length], Ct).AsTask();
        Assert.InRange(await server.ReceiveAsync(new byte[1000], Ct).Soon(), 1, 1000);
        await pair.First.DisposeAsync().Soon();
        await Assert.ThrowsAsync<SocketException>(() => sending.Soon());
        Assert.Equal(0, stack.OutstandingBuffers);
        client.Dispose();
    }

    /// <summary>Two hosts on the devices of one link.</summary>
    private sealed class Joined : IDisposable
    {
        private readonly StackHost _near;
        private readonly StackHost _far;

        public Joined(ILinkDevice near, ILinkDevice far, bool isOn = true)
        {
            StackHostOptions options = new() { SoftwareOffload = isOn, Stack = new NetworkStackOptions { DebugBuffers = true } };
            _near = new StackHost(options);
            _far = new StackHost(options);
            Near = _near.Attach(near);
            Far = _far.Attach(far);
            _near.AddAddress(Near, IpPrefix.Parse("198.18.0.1/24"));
            _far.AddAddress(Far, IpPrefix.Parse("198.18.0.2/24"));
        }

        public NetworkInterface Near { get; }

        public NetworkInterface Far { get; }

        public async Task Transfer()
        {
            using StackSocket listener = new(_far, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new System.Net.IPEndPoint(HostPair.SecondAddress, 7));
            listener.Listen(1);
            using StackSocket client = new(_near, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Within.Run(() => client.Connect(HostPair.SecondAddress, 7));
            using StackSocket server = Within.Run(listener.Accept);
            byte[] sent = RandomNumberGenerator.GetBytes(Length);
            Task<byte[]> receiving = ReadToEnd(server);
            await client.SendAsync(sent, Ct);
            client.Shutdown(SocketShutdown.Send);
            byte[] received = await receiving.WaitAsync(TimeSpan.FromMinutes(1), Ct);
            Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received));
        }

        public void Dispose()
        {
            _near.Dispose();
            _far.Dispose();
        }

        private static async Task<byte[]> ReadToEnd(StackSocket socket)
        {
            byte[] octets = new byte[Length + 1];
            int length = 0;
            for (int count = 1; count > 0; length += count) count = await socket.ReceiveAsync(octets.AsMemory(length), Ct);
            return octets[..length];
        }
    }

    /// <summary>Looks at what passes to a device.</summary>
    private sealed class FrameWatch(ILinkDevice device) : ILinkDevice
    {
        public int LongestFrame { get; private set; }

        /// <summary>A frame left its checksum or segmentation to the device.</summary>
        public bool HasSeenWorkLeft { get; private set; }

        public LinkDeviceInfo Info => device.Info;

        public LinkDeviceStatistics Statistics => device.Statistics;

        public int Receive(ReadOnlySpan<PacketBuffer> buffers) => device.Receive(buffers);

        public void WaitForFrames(TimeSpan timeout) => device.WaitForFrames(timeout);

        public void Wake() => device.Wake();

        public int Transmit(ReadOnlySpan<TransmitFrame> frames)
        {
            foreach (TransmitFrame frame in frames)
            {
                LongestFrame = Math.Max(LongestFrame, frame.Length);
                HasSeenWorkLeft |= frame.Offload != default;
            }
            return device.Transmit(frames);
        }

        public void Dispose() => device.Dispose();
    }
}
