namespace WinsockEcho;

/// <summary>What the demonstration needs of a server, whichever way it waits.</summary>
public interface IEchoServer : IDisposable
{
    /// <summary>Octets sent back so far.</summary>
    long Echoed { get; }

    /// <summary>Serves clients until <see cref="Stop"/>.</summary>
    void Run();

    /// <summary>Ends <see cref="Run"/>. Any thread.</summary>
    void Stop();
}
