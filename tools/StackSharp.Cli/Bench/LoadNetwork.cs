namespace StackSharp.Cli.Bench;

/// <summary>The client's side of a link: where its sockets come from.</summary>
internal interface ILoadNetwork
{
    /// <summary>Called first on each thread that opens sockets: a namespace belongs to a thread.</summary>
    void EnterThread();

    /// <summary>A socket of TCP or UDP, to be connected to the server.</summary>
    ILoadSocket Open(System.Net.Sockets.SocketType type);
}

/// <summary>A socket whose calls block, for <see cref="LoadRun.Patience"/> at most, or <see cref="LoadRun.DatagramPatience"/>; they throw <see cref="System.Net.Sockets.SocketException"/>.
/// Disposing it ends a call that is under way.</summary>
internal interface ILoadSocket : IDisposable
{
    /// <param name="port">Of the service, as in the RFC that describes it.</param>
    void Connect(int port);

    int Send(ReadOnlySpan<byte> octets);

    int Receive(Span<byte> destination);
}
