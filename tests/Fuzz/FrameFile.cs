using System.Globalization;
using System.Text;

namespace StackSharp.Tests.Fuzz;

/// <summary>
/// Frames as text, so that a difference can be read: lines that begin with # are comments, the rest is hexadecimal octets, and an empty
/// line parts two frames.
/// </summary>
internal static class FrameFile
{
    private const int OctetsPerLine = 16;

    /// <exception cref="FormatException">Something else than hexadecimal octets stands in it.</exception>
    public static IReadOnlyList<byte[]> Parse(string text)
    {
        List<byte[]> frames = [];
        List<byte> frame = [];
        foreach (string line in text.Split('\n').Append(""))
        {
            string octets = line.Split('#')[0].Trim();
            if (octets.Length > 0) frame.AddRange(Convert.FromHexString(octets.Replace(" ", "", StringComparison.Ordinal)));
            // A comment between the lines of a frame does not end it.
            if (line.Trim().Length > 0 || frame.Count == 0) continue;
            frames.Add([.. frame]);
            frame.Clear();
        }

        return frames;
    }

    /// <param name="comment">Of one or more lines: what the frames are, and which fault they stand for.</param>
    public static string Format(string comment, IEnumerable<byte[]> frames)
    {
        StringBuilder text = new();
        foreach (string line in comment.Split('\n')) text.Append(CultureInfo.InvariantCulture, $"# {line}\n");
        bool isFirst = true;
        foreach (byte[] frame in frames)
        {
            if (!isFirst) text.Append('\n');
            isFirst = false;
            foreach (byte[] part in frame.Chunk(OctetsPerLine)) text.AppendJoin(' ', part.Select(octet => octet.ToString("x2", CultureInfo.InvariantCulture))).Append('\n');
        }

        return text.ToString();
    }
}
