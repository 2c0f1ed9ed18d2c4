using Microsoft.Extensions.Logging;

namespace StackSharp.Cli.Output;

/// <summary>Writes what the stack warns of to standard error, a line each.</summary>
internal sealed class ErrorLogger : ILogger
{
    public static readonly ErrorLogger Instance = new();

    private ErrorLogger()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        Console.Error.WriteLine($"stacksharp: {formatter(state, exception)}{(exception is null ? "" : $": {exception}")}");
    }
}
