namespace StackSharp.Stack.Buffers;

/// <summary>What a buffer is wanted for. The longer it may be kept, the earlier a pool that runs low says no, so that it always has some to receive into.</summary>
public enum BufferUse
{
    /// <summary>Octets that wait for a reader or for a peer, behind others that do.</summary>
    Queued,

    /// <summary>The first octets in a queue, and what leaves by itself: who keeps up is not stopped by those who do not.</summary>
    Progress,

    /// <summary>A frame to be received, or anything else that all of the pool is there for.</summary>
    Receive,
}
