using System.Threading.Tasks;
using StackSharp.Tests.Simulation;
using StackSharp.Winsock;
using Xunit;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Tests.Api.Winsock;

/// <summary>Sockets that are closed, canceled and shut down by other threads under calls of every kind: each call that began is told once, with an outcome that is documented.</summary>
public sealed class OverlappedStressTests
{
    private const int CallsEachWay = 6;
    private static readonly int[] Outcomes = [0, WSA_OPERATION_ABORTED, WSAECONNRESET, WSAECONNABORTED, WSAESHUTDOWN];

    /// <remarks>STACKSHARP_SEEDS=n tries n rounds, STACKSHARP_SEED=n one of them.</remarks>
    [Fact]
    public void Every_call_that_began_is_told_once_whatever_happens_to_its_socket()
    {
        using WinsockPair pair = new();
        HANDLE port = pair.First.CreateIoCompletionPort(HANDLE.INVALID_HANDLE_VALUE, HANDLE.NULL, 0, 0);
        int first = (int)(Seeds.Chosen ?? 0);
        int count = Seeds.Chosen is null ? Seeds.Count(150) : 1;
        for (int seed = first; seed < first + count; seed++) Round(pair, port, seed);
    }

    private static void Round(WinsockPair pair, HANDLE port, int seed)
    {
        Random random = new(seed);
        (SOCKET client, SOCKET server) = pair.Connect();
        Assert.NotEqual(HANDLE.NULL, pair.First.CreateIoCompletionPort(client, port, 0, 0));
        SOCKET listener = pair.First.socket(AF_INET, SOCK_STREAM, 0);
        Assert.Equal(0, pair.First.bind(listener, WinsockApi.Address(INADDR_ANY, 0)));
        Assert.Equal(0, pair.First.listen(listener, 4));
        Assert.NotEqual(HANDLE.NULL, pair.First.CreateIoCompletionPort(listener, port, 0, 0));
        SOCKET acceptor = pair.First.socket(AF_INET, SOCK_STREAM, 0);

        Call[] calls = [.. Enumerable.Range(0, 2 * CallsEachWay + 1).Select(_ => new Call())];
        int[] actions = [random.Next(6), random.Next(6), random.Next(6)];
        using Barrier together = new(actions.Length + 1);
        Task<int>[] others = [.. actions.Select(action => Within.Start(() =>
        {
            together.SignalAndWait();
            Act(pair, action, client, server, listener, acceptor, calls);
            return 0;
        }))];
        together.SignalAndWait();
        int begun = 0;
        if (pair.First.AcceptEx(listener, acceptor, new byte[64], 0, 32, 32, out _, calls[^1]) || WSAGetLastError() == WSA_IO_PENDING) begun++;
        for (int i = 0; i < CallsEachWay; i++)
        {
            int flags = i % 3 == 2 ? MSG_WAITALL : 0;
            WSABUF[] buffers = i % 2 == 0 ? [new WSABUF(new byte[100])] : [new WSABUF(new byte[10]), new WSABUF(new byte[90])];
            if (IsUnderWay(pair.First.WSARecv(client, buffers, out _, ref flags, calls[2 * i]))) begun++;
            if (IsUnderWay(pair.First.WSASend(client, [new WSABUF(new byte[random.Next(2) == 0 ? 50 : 1 << 20])], out _, 0, calls[2 * i + 1]))) begun++;
        }
        foreach (Task<int> other in others) other.Soon().GetAwaiter().GetResult();
        _ = pair.First.closesocket(client);
        _ = pair.First.closesocket(acceptor);
        _ = pair.First.closesocket(listener);
        _ = pair.Second.closesocket(server);

        for (int told = 0; told < begun; told++)
        {
            bool isGood = pair.First.GetQueuedCompletionStatus(port, out _, out _, out WSAOVERLAPPED? completed, 20_000);
            Assert.True(completed is not null, $"Seed {seed}: {told} of {begun} calls were told (error {WSAGetLastError()}; STACKSHARP_SEED={seed} replays it).");
            Call call = (Call)completed;
            Assert.Equal(1, ++call.Told);
            Assert.Equal(isGood, call.Internal == 0);
            Assert.Contains(call.Outcome, Outcomes);
        }
        Assert.False(pair.First.GetQueuedCompletionStatus(port, out _, out _, out WSAOVERLAPPED? more, 0));
        Assert.True(more is null, $"Seed {seed}: a call was told twice.");
    }

    private static void Act(WinsockPair pair, int action, SOCKET client, SOCKET server, SOCKET listener, SOCKET acceptor, Call[] calls)
    {
        switch (action)
        {
            case 0:
                _ = pair.First.closesocket(client);
                break;
            case 1:
                _ = pair.First.CancelIoEx(client, null);
                _ = pair.First.CancelIoEx(listener, calls[^1]);
                break;
            case 2:
                foreach (Call call in calls) _ = pair.First.CancelIoEx(client, call);
                break;
            case 3:
                _ = pair.First.shutdown(client, SD_BOTH);
                _ = pair.First.closesocket(acceptor);
                break;
            case 4:
                _ = pair.Second.setsockopt(server, SOL_SOCKET, SO_LINGER, new LINGER { l_onoff = 1 });
                _ = pair.Second.closesocket(server);
                break;
            default:
                _ = pair.Second.send(server, new byte[250], 0);
                _ = pair.First.closesocket(listener);
                break;
        }
    }

    private static bool IsUnderWay(int result) => result == 0 || WSAGetLastError() == WSA_IO_PENDING;

    private sealed class Call : WSAOVERLAPPED
    {
        public int Told { get; set; }

        /// <summary>By its status: what GetLastError says is the system's number.</summary>
        public int Outcome => (uint)Internal switch
        {
            0 => 0,
            0xC0000120 => WSA_OPERATION_ABORTED,
            0xC000020D => WSAECONNRESET,
            0xC0000241 => WSAECONNABORTED,
            0xC00000B0 => WSAESHUTDOWN,
            uint other => unchecked((int)other),
        };
    }
}
