namespace StackSharp.Tests.Architecture.Compiled;

/// <summary>A type and one thing that its compiled form refers to.</summary>
/// <param name="From">The outermost type that refers: what it nests counts as its own.</param>
/// <param name="To">The type referred to.</param>
/// <param name="Member">The member of <paramref name="To"/> that is used, as metadata names it; empty for the type itself.</param>
internal sealed record CompiledReference(TypeName From, TypeName To, string Member)
{
    public override string ToString() => $"{From.FullName} uses {To.FullName}{(Member.Length == 0 ? "" : "." + Member)}";
}

/// <summary>The name of a type in metadata, with arity as <c>`1</c> and nested types joined by <c>+</c>.</summary>
/// <param name="Assembly">The simple name of the assembly that has it.</param>
internal sealed record TypeName(string Assembly, string Namespace, string Name)
{
    public string FullName => Namespace.Length == 0 ? Name : $"{Namespace}.{Name}";

    /// <summary>The outermost type around it.</summary>
    public TypeName Outermost => Name.Contains('+', StringComparison.Ordinal) ? this with { Name = Name[..Name.IndexOf('+', StringComparison.Ordinal)] } : this;
}
