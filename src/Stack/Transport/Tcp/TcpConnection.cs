namespace StackSharp.Stack.Transport.Tcp;

public sealed partial class TcpConnection : TransportEndpoint
{
    internal TcpConnection(ReadyQueue ready)
        : base(ready)
    {
    }
}
