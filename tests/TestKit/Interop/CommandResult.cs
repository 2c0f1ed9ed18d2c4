namespace StackSharp.Tests.TestKit.Interop;

/// <summary>What a program that ran to its end left.</summary>
public sealed record CommandResult(string Command, int ExitCode, string Output, string ErrorOutput)
{
    /// <summary>This result, when the program succeeded.</summary>
    /// <exception cref="InteropException">It did not: with all that it printed.</exception>
    public CommandResult MustSucceed() => ExitCode == 0 ? this : throw new InteropException($"{this}");

    public override string ToString() =>
        $"'{Command}' ended with {ExitCode}{Environment.NewLine}{Output}{ErrorOutput}";
}
