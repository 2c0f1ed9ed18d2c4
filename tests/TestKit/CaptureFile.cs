using System.IO;
using StackSharp.Drivers.PcapFile;
using Xunit;

namespace StackSharp.Tests.TestKit;

/// <summary>The captures in pcaps/. Tests open them here and nowhere else: tests/Architecture looks for these calls.</summary>
public static class CaptureFile
{
    public const string Folder = "pcaps";

    /// <summary>Every capture there is: protocol and file.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Directory.EnumerateFiles(Repository.PathOf(Folder), "*.*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".pcap" or ".pcapng")
            .Select(path => Repository.Relative(path)[(Folder.Length + 1)..]).Order(StringComparer.Ordinal)];

    /// <param name="capture">Protocol and file: <c>tcp/urgent.pcap</c>.</param>
    public static string PathOf(string capture) => Repository.PathOf($"{Folder}/{capture}");

    /// <summary>All frames, none of them cut.</summary>
    public static IReadOnlyList<RecordedFrame> Read(string capture)
    {
        List<RecordedFrame> frames = [];
        using CaptureReader reader = CaptureReader.Open(PathOf(capture));
        long? origin = null;
        while (reader.TryRead(out CapturedFrame frame))
        {
            Assert.Equal(CaptureLinkType.Ethernet, frame.Interface.LinkType);
            Assert.Equal(frame.OriginalLength, (uint)frame.Bytes.Length);
            origin ??= frame.NanosecondsSinceEpoch;
            frames.Add(new RecordedFrame(frame.Bytes.ToArray(), TimeSpan.FromMicroseconds((frame.NanosecondsSinceEpoch - origin.Value) / 1000.0)));
        }

        return frames;
    }
}
