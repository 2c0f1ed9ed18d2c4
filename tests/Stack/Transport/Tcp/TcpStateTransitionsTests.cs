using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using Xunit;
using static StackSharp.Stack.Transport.Tcp.TcpState;

namespace StackSharp.Tests.Stack.Transport.Tcp;

public sealed class TcpStateTransitionsTests
{
    // RFC 9293 figure 5, with LISTEN as an endpoint of its own; every state may end in CLOSED.
    private static readonly (TcpState From, TcpState To)[] Edges =
    [
        (Closed, SynSent), (Closed, SynReceived), (SynSent, SynReceived), (SynSent, Established), (SynReceived, Established),
        (SynReceived, FinWait1), (SynReceived, CloseWait), (Established, FinWait1), (Established, CloseWait), (FinWait1, FinWait2),
        (FinWait1, Closing), (FinWait1, TimeWait), (FinWait2, TimeWait), (CloseWait, LastAck), (Closing, TimeWait),
    ];

    [Fact, Covers("TCP-SM-1")]
    public void The_edges_are_those_of_the_diagram()
    {
        foreach (TcpState from in Enum.GetValues<TcpState>())
            foreach (TcpState to in Enum.GetValues<TcpState>())
                Assert.True(TcpStateTransitions.IsLegal(from, to) == (to == Closed ? from != Closed : Edges.Contains((from, to))), $"{from} -> {to}");
    }

    [Fact, Covers("TCP-SM-1")]
    public void There_are_eleven_states() => Assert.Equal(11, Enum.GetValues<TcpState>().Length);
}
