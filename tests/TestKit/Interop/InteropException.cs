namespace StackSharp.Tests.TestKit.Interop;

/// <summary>A program of an interop test failed, hung, or said something else than it should.</summary>
public sealed class InteropException(string message) : Exception(message);
