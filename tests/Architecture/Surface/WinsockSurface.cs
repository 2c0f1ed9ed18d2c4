using StackSharp.Tests.TestKit;

namespace StackSharp.Tests.Architecture.Surface;

/// <summary>What Winsock consists of, what there is of it, which tests name it, and why some of it will not be.</summary>
internal sealed class WinsockSurface
{
    public const string File = "tests/Data/winsock-surface.tsv";
    public const string ReasonsFile = "tests/Data/winsock-reasons.tsv";

    private static readonly Lazy<WinsockSurface> Loaded = new(() => new WinsockSurface());

    private readonly ILookup<string, string> _mentions = TestMentions.Load();

    private WinsockSurface()
    {
        Rows = [.. Lines(File).Select(SurfaceRow.Parse)];
        Reasons = Lines(ReasonsFile).Select(line => line.Split('\t')).ToLookup(columns => columns[0], columns => columns[1]);
        Existing = new ExistingNames();
    }

    public static WinsockSurface Current => Loaded.Value;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<SurfaceRow> Rows { get; }

    public ILookup<string, string> Reasons { get; }

    public ExistingNames Existing { get; }

    public IReadOnlyList<string> TestsOf(SurfaceRow row) =>
        Existing.Contains(row) ? [.. row.Forms.SelectMany(form => _mentions[form]).Distinct().Order(StringComparer.Ordinal)] : [];

    private static IEnumerable<string> Lines(string file) => System.IO.File.ReadLines(Repository.PathOf(file)).Where(line => line.Length > 0 && line[0] != '#');
}
