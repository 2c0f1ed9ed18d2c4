namespace StackSharp.Tests.TestKit;

/// <summary>A frame of a capture.</summary>
/// <param name="At">Since the capture's first frame.</param>
public sealed record RecordedFrame(byte[] Bytes, TimeSpan At);
