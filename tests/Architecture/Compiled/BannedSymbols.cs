using StackSharp.Tests.TestKit;

namespace StackSharp.Tests.Architecture.Compiled;

/// <summary>src/Stack/BannedSymbols.txt, applied to compiled code: the analyzer can be silenced line by line, this cannot.</summary>
internal sealed class BannedSymbols
{
    public const string File = "src/Stack/BannedSymbols.txt";

    private readonly HashSet<string> _types = [];
    private readonly HashSet<string> _namespaces = [];
    private readonly HashSet<string> _members = [];

    private BannedSymbols()
    {
    }

    public static BannedSymbols Load() => Parse(System.IO.File.ReadLines(Repository.PathOf(File)));

    /// <exception cref="FormatException">A kind of symbol that compiled code is not searched for here.</exception>
    public static BannedSymbols Parse(IEnumerable<string> lines)
    {
        BannedSymbols banned = new();
        foreach (string symbol in lines.Select(line => line.Split(';')[0].Trim()).Where(symbol => symbol.Length > 0))
        {
            string name = symbol[2..];
            switch (symbol[..2])
            {
                case "T:": banned._types.Add(name); break;
                case "N:": banned._namespaces.Add(name); break;
                case "P:":
                    int dot = name.LastIndexOf('.');
                    banned._members.Add($"{name[..dot]}.get_{name[(dot + 1)..]}");
                    break;
                // Metadata names a method without its parameters here: one overload cannot be told from another.
                case "M:" when !name.Contains('(', StringComparison.Ordinal): banned._members.Add(name); break;
                default: throw new FormatException($"{File}: {symbol} is neither a type (T:), a property (P:), a method without parameters (M:) nor a namespace (N:).");
            }
        }
        return banned;
    }

    public bool Contains(CompiledReference use) =>
        _types.Contains(use.To.FullName)
        || _namespaces.Any(banned => IsWithin(use.To.Namespace, banned))
        || (use.Member.Length > 0 && _members.Contains($"{use.To.FullName}.{use.Member}"));

    // A namespace stands for those below it.
    private static bool IsWithin(string name, string banned) => name == banned || name.StartsWith(banned + ".", StringComparison.Ordinal);
}
