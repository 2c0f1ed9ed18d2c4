using System.IO.Pipelines;

namespace StackSharp.AspNetCore;

/// <summary>How ASP.NET Core connections run on a stack.</summary>
public sealed class StackTransportOptions
{
    /// <summary>Established connections that may wait to be accepted. Default 512.</summary>
    public int Backlog { get; set; } = 512;

    /// <summary>Turns Nagle's algorithm off on every connection (RFC 9293 §3.7.4). Default true.</summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>
    /// Octets received that the application has not consumed yet. Beyond it nothing more is read, and TCP's window
    /// closes. Default 1 MiB; null: no limit.
    /// </summary>
    public long? MaxReadBufferSize { get; set; } = 1 << 20;

    /// <summary>Octets written by the application that the socket has not taken yet; beyond it writers wait. Default 64 KiB; null: no limit.</summary>
    public long? MaxWriteBufferSize { get; set; } = 64 << 10;

    /// <summary>
    /// Where the application continues after reading or waiting to write. <see cref="PipeScheduler.ThreadPool"/> is the
    /// default. With <see cref="PipeScheduler.Inline"/> it continues on the stack's receive thread, which is faster and
    /// only right for handlers that never block: while one runs, no frame is received.
    /// </summary>
    public PipeScheduler ApplicationScheduler { get; set; } = PipeScheduler.ThreadPool;

    /// <summary>Takes a receive buffer from the pool only when there is something to put into it. Default true.</summary>
    public bool WaitForDataBeforeAllocatingBuffer { get; set; } = true;

    /// <summary>
    /// Lets a connection live on after the peer has finished sending: ConnectionClosed fires when both directions have
    /// ended. Default false, as Kestrel's own transports do it: it fires at the peer's FIN, so that a request whose
    /// client went away is cancelled.
    /// </summary>
    public bool KeepHalfOpen { get; set; }

    /// <summary>
    /// Also takes endpoints that name no stack: every IPEndPoint and http:// address. Default true. With false only a
    /// <see cref="StackEndPoint"/> is taken and the operating system's transport gets the others.
    /// </summary>
    public bool AcceptPlainEndPoints { get; set; } = true;
}
