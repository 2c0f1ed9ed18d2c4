using System.Collections.Frozen;

namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>The congestion control algorithms that a stack knows by name. Never changed once it is made.</summary>
public sealed class CongestionControls
{
    private readonly FrozenDictionary<string, Func<ICongestionControl>> _factories;

    private CongestionControls(Dictionary<string, Func<ICongestionControl>> factories) =>
        _factories = factories.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary><c>bbr</c>, <c>cubic</c>, <c>dctcp</c> and <c>reno</c>.</summary>
    public static CongestionControls Standard { get; } = new(new()
    {
        [Bbr.AlgorithmName] = static () => new Bbr(),
        [Cubic.AlgorithmName] = static () => new Cubic(),
        [Dctcp.AlgorithmName] = static () => new Dctcp(),
        [NewReno.AlgorithmName] = static () => new NewReno(),
    });

    /// <summary>In order.</summary>
    public IReadOnlyList<string> Names => [.. _factories.Keys.Order(StringComparer.Ordinal)];

    public bool Contains(string name) => _factories.ContainsKey(name);

    /// <summary>These, and one more; one of the same name is replaced.</summary>
    /// <param name="create">Makes an instance for one connection. It is called once here, to learn the name.</param>
    /// <exception cref="ArgumentException">The algorithm has no name.</exception>
    public CongestionControls With(Func<ICongestionControl> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        string name = create().Name;
        ArgumentException.ThrowIfNullOrEmpty(name, nameof(create));
        return new(new(_factories, StringComparer.Ordinal) { [name] = create });
    }

    /// <summary>A new instance.</summary>
    /// <exception cref="KeyNotFoundException">There is no algorithm of this name.</exception>
    public ICongestionControl Create(string name) => _factories.TryGetValue(name, out Func<ICongestionControl>? create)
        ? create()
        : throw new KeyNotFoundException($"No congestion control is named '{name}': there are {string.Join(", ", Names)}.");
}
