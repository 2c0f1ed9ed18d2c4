namespace StackSharp.Cli.Services;

/// <summary>How echo, discard and chargen are written: what each costs can be measured.</summary>
internal enum ServiceStyle
{
    /// <summary>Asynchronous, going on right on the stack's receive thread.</summary>
    Inline,

    /// <summary>Asynchronous, going on in the thread pool.</summary>
    Pool,

    /// <summary>Winsock calls that wait, on a thread for each connection.</summary>
    Blocking,
}
