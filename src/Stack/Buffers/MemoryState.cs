namespace StackSharp.Stack.Buffers;

/// <summary>How much of a stack's buffer memory is in use: what may be large while it is low is small when it is high.</summary>
public enum MemoryState
{
    /// <summary>Less than half: queues grow as their paths ask.</summary>
    Low,

    /// <summary>More than half: queues grow no further.</summary>
    Pressure,

    /// <summary>More than three quarters: every queue makes do with the least.</summary>
    High,
}
