using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport;

/// <summary>A claim on a local address and port. Held until released.</summary>
public sealed class PortBinding
{
    internal PortBinding(PortTable table, IpEndpoint local, PortSharing sharing)
    {
        Table = table;
        Local = local;
        Sharing = sharing;
    }

    public IpEndpoint Local { get; }

    public PortSharing Sharing { get; }

    internal PortTable Table { get; }

    internal bool IsReleased { get; set; }

    /// <summary>Gives the port back. Repeats do nothing.</summary>
    public void Release()
    {
        if (IsReleased) return;
        IsReleased = true;
        Table.Remove(this);
    }
}
