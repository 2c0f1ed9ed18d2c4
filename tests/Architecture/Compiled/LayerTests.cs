using Xunit;

namespace StackSharp.Tests.Architecture.Compiled;

/// <summary>Which part may know which, held on compiled code.</summary>
public sealed class LayerTests
{
    private const string Core = "StackSharp.Stack";

    /// <summary>Layers of the core see those below them and themselves; only its root, which joins them, sees all.</summary>
    [Theory]
    [InlineData("Wire", ""), InlineData("Buffers", ""), InlineData("Time", "")]
    [InlineData("Link", "Wire Buffers Time"), InlineData("Network", "Wire Buffers Time"), InlineData("Transport", "Wire Buffers Time")]
    public void Layer_refers_only_to(string layer, string allowed) =>
        Assert.Empty(CompiledAssembly.Of(Core).Uses
            .Where(use => LayerOf(use.From) == layer && LayerOf(use.To) is { } other && !$"{layer} {allowed}".Split(' ').Contains(other))
            .Select(use => use.ToString()));

    [Fact]
    public void Every_type_of_the_core_lies_in_a_layer_or_at_the_root()
    {
        string[] layers = ["Wire", "Buffers", "Time", "Link", "Network", "Transport", ""];
        Assert.Empty(CompiledAssembly.Of(Core).Uses.Select(use => use.From).Where(IsOurs).Distinct()
            .Where(type => !layers.Contains(LayerOf(type))).Select(type => type.FullName));
    }

    [Theory]
    [InlineData("StackSharp.Stack", "")]
    [InlineData("StackSharp.Drivers", "StackSharp.Stack")]
    [InlineData("StackSharp.Api", "StackSharp.Stack")]
    [InlineData("StackSharp.AspNetCore", "StackSharp.Api")]
    public void Assembly_refers_among_ours_only_to(string assembly, string allowed) =>
        Assert.Empty(CompiledAssembly.Of(assembly).References
            .Where(name => name.StartsWith("StackSharp.", StringComparison.Ordinal)).Except(allowed.Split(' ')));

    [Fact]
    public void The_core_refers_to_the_runtime_only() =>
        Assert.All(CompiledAssembly.Of(Core).References, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));

    [Theory]
    [InlineData("StackSharp.Drivers"), InlineData("StackSharp.Api")]
    public void Only_its_own_project_refers_to_aspnetcore(string assembly) =>
        Assert.DoesNotContain(CompiledAssembly.Of(assembly).References, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    [Fact]
    public void Drivers_see_of_the_core_what_a_link_device_needs()
    {
        string[] allowed = ["Link", "Buffers", "Wire", "Time"];
        Assert.Empty(CompiledAssembly.Of("StackSharp.Drivers").Uses
            .Where(use => LayerOf(use.To) is { } layer && !allowed.Contains(layer)).Select(use => use.ToString()));
    }

    [Fact]
    public void The_core_uses_nothing_banned()
    {
        BannedSymbols banned = BannedSymbols.Load();
        Assert.Empty(CompiledAssembly.Of(Core).Uses.Where(use => IsOurs(use.From) && banned.Contains(use)).Select(use => use.ToString()));
    }

    /// <summary>So that a stack is all the state there is, and several of them, or several shards, do not meet.</summary>
    [Fact]
    public void The_core_has_no_static_mutable_state() => Assert.Empty(CompiledAssembly.Of(Core).MutableStatics);

    /// <summary>The layer of a type of the core: empty at its root, null for types of other assemblies.</summary>
    private static string? LayerOf(TypeName type)
    {
        if (type.Assembly != Core || !IsOurs(type)) return null;
        return type.Namespace.Length == Core.Length ? "" : type.Namespace[(Core.Length + 1)..].Split('.')[0];
    }

    /// <summary>The compiler adds types of its own, outside our namespaces.</summary>
    private static bool IsOurs(TypeName type) => type.Namespace == Core || type.Namespace.StartsWith(Core + ".", StringComparison.Ordinal);
}
