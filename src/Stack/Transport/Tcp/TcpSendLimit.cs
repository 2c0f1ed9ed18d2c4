namespace StackSharp.Stack.Transport.Tcp;

/// <summary>How much one thing has kept a sender from sending more (RFC 4898 §4, tcpEStatsPerfSndLim).</summary>
/// <param name="Entered">Times that it began to.</param>
/// <param name="Time">How long it did, all times together.</param>
/// <param name="Bytes">Octets sent meanwhile.</param>
public readonly record struct TcpSendLimit(int Entered, TimeSpan Time, long Bytes);
