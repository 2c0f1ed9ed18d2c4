namespace StackSharp.Cli.Bench;

/// <summary>What the client does, and so what is counted.</summary>
internal enum WorkKind
{
    /// <summary>Octets that the server sends as fast as they are taken (chargen).</summary>
    ServerSends,

    /// <summary>Octets that the server takes as fast as they come (discard).</summary>
    ServerReceives,

    /// <summary>Messages that come back (echo), one under way on each connection.</summary>
    Request,

    /// <summary>Connections that are opened, carry one message there and back, and are closed by the client.</summary>
    ConnectRequestClose,

    /// <summary>Datagrams that come back (echo), one under way on each socket.</summary>
    DatagramRequest,
}

/// <summary>One kind of work with so many connections, or sockets, at once.</summary>
/// <param name="Name">As <c>--work</c> takes it.</param>
internal sealed record BenchWork(string Name, string Title, WorkKind Kind, int Connections)
{
    public const string BitsPerSecond = "bit/s";
    public const string PerSecond = "1/s";

    public static readonly IReadOnlyList<BenchWork> All =
    [
        new("send1", "server sends, 1 stream", WorkKind.ServerSends, 1),
        new("send8", "server sends, 8 streams", WorkKind.ServerSends, 8),
        new("receive1", "server receives, 1 stream", WorkKind.ServerReceives, 1),
        new("receive8", "server receives, 8 streams", WorkKind.ServerReceives, 8),
        new("rr1", "request and response, 1 connection", WorkKind.Request, 1),
        new("rr64", "request and response, 64 connections", WorkKind.Request, 64),
        new("connect", "connect, request, close", WorkKind.ConnectRequestClose, 1),
        new("udp1", "UDP request and response, 1 socket", WorkKind.DatagramRequest, 1),
        new("udp32", "UDP request and response, 32 sockets", WorkKind.DatagramRequest, 32),
    ];

    public bool IsBulk => Kind is WorkKind.ServerSends or WorkKind.ServerReceives;

    public string Unit => IsBulk ? BitsPerSecond : PerSecond;
}
