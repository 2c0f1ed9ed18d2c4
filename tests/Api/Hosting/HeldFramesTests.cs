using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Tests.Drivers;
using Xunit;

namespace StackSharp.Tests.Api.Hosting;

/// <summary>What the inline completions of one batch send: together, unless it is much.</summary>
public sealed class HeldFramesTests
{
    private const int Questions = 63;
    private const int MostAtOnce = 16;
    private static readonly IPEndPoint Local = new(IPAddress.Parse("198.18.0.2"), 7);

    [Theory]
    [InlineData(CompletionMode.Inline)]
    [InlineData(CompletionMode.ThreadPool)]
    public async Task The_answers_to_a_batch_leave_in_few_calls(CompletionMode mode)
    {
        QuestionDevice device = new();
        using StackHost host = new(new StackHostOptions { CompletionMode = mode, SoftwareOffload = false });
        host.AddAddress(host.Attach(device), IpPrefix.Parse("198.18.0.2/24"));
        using StackSocket socket = new(host, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(Local);
        Task[] answers = [.. Enumerable.Range(0, Questions).Select(_ => AnswerOne(socket))];
        device.Ask();
        await Task.WhenAll(answers).Soon();
        Within.Happens(() => device.Sent.Sum() == Questions);
        int[] batches = [.. device.Batches];
        Assert.Contains(MostAtOnce, batches);
        Assert.Equal(Questions, batches.Sum());
        if (mode == CompletionMode.Inline) Assert.Equal(batches.SelectMany(CallsFor), device.Sent);
    }

    private static IEnumerable<int> CallsFor(int frames)
    {
        for (; frames > MostAtOnce; frames -= MostAtOnce) yield return MostAtOnce;
        yield return frames;
    }

    private static async Task AnswerOne(StackSocket socket)
    {
        byte[] buffer = new byte[10];
        SocketReceiveFromResult question = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0)).ConfigureAwait(false);
        socket.SendTo(buffer.AsSpan(0, question.ReceivedBytes), SocketFlags.None, question.RemoteEndPoint);
    }

    /// <summary>Has datagrams when asked to, as many at once as are wanted; remembers how many it gave, and how many it was given, in each call.</summary>
    private sealed class QuestionDevice : ILinkDevice
    {
        private static readonly byte[] Question = new RawStation(default, IpAddress.Parse("198.18.0.1"))
            .Udp(new RawStation(default, IpAddress.Parse("198.18.0.2")), 1000, 7, [1, 2, 3])[EthernetHeader.Size..];

        private readonly ManualResetEventSlim _woken = new();
        private volatile int _left;

        public ConcurrentQueue<int> Batches { get; } = new();

        public ConcurrentQueue<int> Sent { get; } = new();

        public LinkDeviceInfo Info { get; } = new("questions", LinkMedium.Ip, default, 1500, 1500);

        public LinkDeviceStatistics Statistics => default;

        public void Ask()
        {
            _left = Questions;
            Wake();
        }

        public int Receive(ReadOnlySpan<PacketBuffer> buffers)
        {
            int count = Math.Min(buffers.Length, _left);
            if (count == 0) return 0;
            foreach (PacketBuffer buffer in buffers[..count])
            {
                Question.CopyTo(buffer.Storage);
                buffer.SetRange(0, Question.Length);
            }
            _left -= count;
            Batches.Enqueue(count);
            return count;
        }

        public void WaitForFrames(TimeSpan timeout)
        {
            _woken.Wait(timeout);
            _woken.Reset();
        }

        public void Wake() => _woken.Set();

        public int Transmit(ReadOnlySpan<TransmitFrame> frames)
        {
            foreach (TransmitFrame frame in frames) frame.Release();
            Sent.Enqueue(frames.Length);
            return frames.Length;
        }

        public void Dispose() => _woken.Dispose();
    }
}
