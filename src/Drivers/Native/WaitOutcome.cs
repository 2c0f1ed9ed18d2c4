namespace StackSharp.Drivers.Native;

/// <summary>Why a wait on a descriptor came back.</summary>
internal enum WaitOutcome
{
    /// <summary>There may be something to read; or a wake, or a signal.</summary>
    Ready,

    /// <summary>Nothing happened in the time given.</summary>
    TimeIsUp,

    /// <summary>The descriptor has an error to tell, and perhaps something to read too.</summary>
    Error,
}
