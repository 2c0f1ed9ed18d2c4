namespace StackSharp.Cli.Output;

/// <summary>A command cannot go on. The message is the line that the user sees: what happened and what to do.</summary>
internal sealed class CommandFailure : Exception
{
    public CommandFailure(string message)
        : base(message)
    {
    }

    public CommandFailure(string message, Exception cause)
        : base(message, cause)
    {
    }
}
