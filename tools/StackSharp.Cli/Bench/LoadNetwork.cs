namespace StackSharp.Cli.Bench;

/// <summary>The client's side of a link: where its sockets come from.</summary>
internal interface ILoadNetwork
{
    /// <summary>Called first on each thread that opens sockets: a namespace belongs to a thread.</summary>
    void EnterThread();

    /// <summary>A TCP connection to the server.</summary>
    ILoadSocket Connect(int port);

    /// <summary>A UDP socket that exchanges datagrams with the server.</summary>
    ILoadSocket OpenDatagram(int port);
}

/// <summary>A socket whose calls block, for <see cref="LoadRun.Patience"/> at most, or <see cref="LoadRun.DatagramPatience"/>; they throw <see cref="System.Net.Sockets.SocketException"/>.</summary>
internal interface ILoadSocket : IDisposable
{
    int Send(ReadOnlySpan<byte> octets);

    int Receive(Span<byte> destination);
}
