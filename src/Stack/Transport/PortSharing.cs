namespace StackSharp.Stack.Transport;

/// <summary>How a binding gets along with others of the same port (Winsock "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE").</summary>
public enum PortSharing
{
    /// <summary>Neither option set.</summary>
    Default,

    /// <summary>SO_REUSEADDR.</summary>
    ReuseAddress,

    /// <summary>SO_EXCLUSIVEADDRUSE.</summary>
    Exclusive,
}
