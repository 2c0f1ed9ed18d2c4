namespace StackSharp.Cli.Output;

/// <summary>Options that make no sense together. The message is the line that the user sees, with a pointer to the command's help.</summary>
internal sealed class UsageFailure(string message) : Exception(message);
