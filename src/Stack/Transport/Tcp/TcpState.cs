namespace StackSharp.Stack.Transport.Tcp;

/// <summary>RFC 9293 §3.3.2. The numbers are those of Winsock's TCPSTATE.</summary>
public enum TcpState : byte
{
    Closed,
    Listen,
    SynSent,
    SynReceived,
    Established,
    FinWait1,
    FinWait2,
    CloseWait,
    Closing,
    LastAck,
    TimeWait,
}
