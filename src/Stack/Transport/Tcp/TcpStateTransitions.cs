namespace StackSharp.Stack.Transport.Tcp;

/// <summary>The edges of the connection state diagram (RFC 9293 §3.3.2, figure 5), and those that §3.10 adds in words.</summary>
internal static class TcpStateTransitions
{
    public static bool IsLegal(TcpState from, TcpState to) => to switch
    {
        TcpState.Closed => from != TcpState.Closed,
        TcpState.SynSent => from == TcpState.Closed,
        TcpState.SynReceived => from is TcpState.Closed or TcpState.SynSent,
        TcpState.Established => from is TcpState.SynSent or TcpState.SynReceived,
        TcpState.FinWait1 => from is TcpState.SynReceived or TcpState.Established,
        TcpState.FinWait2 => from == TcpState.FinWait1,
        TcpState.CloseWait => from is TcpState.SynReceived or TcpState.Established,
        TcpState.Closing => from == TcpState.FinWait1,
        TcpState.LastAck => from == TcpState.CloseWait,
        TcpState.TimeWait => from is TcpState.FinWait1 or TcpState.FinWait2 or TcpState.Closing,
        _ => false,
    };
}
