using System.IO;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Fuzz;

/// <summary>
/// Frames that once did harm, or that are of a kind which has brought down other stacks: each file of tests/Fuzz/Corpus, as it stands and
/// aimed at a live connection, which must not even notice.
/// </summary>
[Collection(FuzzCollection.Name)]
public sealed class CorpusTests
{
    private const string Folder = "tests/Fuzz/Corpus";

    public static TheoryData<string> Files { get; } =
        [.. Directory.EnumerateFiles(Repository.PathOf(Folder), "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory, Covers("INV-1", "INV-7")]
    [MemberData(nameof(Files))]
    public void Frames_disturb_nobody(string name)
    {
        IReadOnlyList<byte[]> frames = FrameFile.Parse(Read(name));
        foreach (bool timestamps in (bool[])[true, false])
        {
            using HostileTarget target = new(seed: 21, timestamps);
            foreach (bool aimed in (bool[])[false, true])
            {
                // Twice: what the first round left behind (fragments, half-open connections) is part of the second one's attack.
                for (int round = 0; round < 2; round++)
                {
                    target.Engage();
                    foreach (byte[] frame in frames) target.Attack(aimed ? target.Aim(frame) : frame);
                    target.Disengage();
                }
            }

            target.CheckHealth();
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_file_says_what_it_is_and_is_written_as_a_failure_prints_it(string name)
    {
        string text = Read(name);
        string[] comments = [.. text.Split('\n').TakeWhile(line => line.StartsWith("# ", StringComparison.Ordinal)).Select(line => line[2..])];
        Assert.NotEmpty(comments);
        Assert.Equal(text, FrameFile.Format(string.Join('\n', comments), FrameFile.Parse(text)));
    }

    /// <summary>What the aim does would otherwise be known only from attacks that fail to do harm.</summary>
    [Fact]
    public void An_aimed_reset_ends_the_connection()
    {
        using HostileTarget target = new(seed: 22);
        target.Engage();
        byte[] reset = Assert.Single(FrameFile.Parse(Read("tcp-reset-beyond-next")));
        // In the file it is 5 beyond RCV.NXT, where only a challenge answers it (RFC 5961 §3.2).
        const int SequenceOffset = 14 + 20 + 4;
        Assert.Equal(5, reset[SequenceOffset + 3]);
        target.Attack(target.Aim(reset));
        Assert.True(target.IsLive);
        reset[SequenceOffset + 3] = 0;
        target.Attack(HostileTarget.Repair(target.Aim(reset)));
        Assert.False(target.IsLive);
    }

    [Fact]
    public void A_frame_is_the_same_after_writing_and_reading()
    {
        byte[][] frames = [[1, 2, 3], [.. Enumerable.Range(0, 40).Select(octet => (byte)octet)]];
        Assert.Equal(frames, FrameFile.Parse(FrameFile.Format("Two frames.\nOf two lines of comment.", frames)));
    }

    private static string Read(string name) => File.ReadAllText(Repository.PathOf($"{Folder}/{name}.txt"));
}
