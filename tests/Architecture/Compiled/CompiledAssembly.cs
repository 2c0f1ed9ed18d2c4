using System.Collections.Immutable;
using System.IO;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace StackSharp.Tests.Architecture.Compiled;

/// <summary>Who refers to whom in a compiled assembly, read from its metadata and method bodies rather than from sources.</summary>
internal sealed class CompiledAssembly
{
    private static readonly Dictionary<string, CompiledAssembly> Read = [];

    private CompiledAssembly(string name, IReadOnlyList<string> references, IReadOnlyList<CompiledReference> uses, IReadOnlyList<string> mutableStatics) =>
        (Name, References, Uses, MutableStatics) = (name, references, uses, mutableStatics);

    public string Name { get; }

    /// <summary>Names of the assemblies that this one refers to.</summary>
    public IReadOnlyList<string> References { get; }

    /// <summary>Each pair of a type here and what it refers to, once.</summary>
    public IReadOnlyList<CompiledReference> Uses { get; }

    /// <summary>Static fields that could be assigned after their type's initialisation, as <c>Type.Field</c>.</summary>
    public IReadOnlyList<string> MutableStatics { get; }

    /// <summary>Reads an assembly that lies beside the tests, once in a run.</summary>
    public static CompiledAssembly Of(string name)
    {
        lock (Read)
        {
            if (!Read.TryGetValue(name, out CompiledAssembly? assembly)) Read[name] = assembly = Load(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
            return assembly;
        }
    }

    public static CompiledAssembly Load(string path)
    {
        using PEReader file = new(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        ImmutableArray<string> references =
            [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)).Order(StringComparer.Ordinal)];
        HashSet<CompiledReference> uses = [];
        List<string> mutableStatics = [];
        foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
        {
            TypeReferences.Collect(file, metadata, handle, uses);
            mutableStatics.AddRange(MutableStaticsOf(metadata, handle));
        }
        return new CompiledAssembly(metadata.GetString(metadata.GetAssemblyDefinition().Name), references, [.. uses], mutableStatics);
    }

    private static IEnumerable<string> MutableStaticsOf(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        string typeName = TypeNames.Of(metadata, handle).FullName;
        foreach (FieldDefinition field in type.GetFields().Select(metadata.GetFieldDefinition))
        {
            bool isMutable = (field.Attributes & (FieldAttributes.Static | FieldAttributes.InitOnly | FieldAttributes.Literal)) == FieldAttributes.Static;
            string name = metadata.GetString(field.Name);
            // The compiler's caches of lambdas are written once and show no state; theirs are the names no source can spell.
            bool isSpelled = !name.StartsWith('<') || name.EndsWith(">k__BackingField", StringComparison.Ordinal);
            bool isInCode = !typeName.Split('.', '+')[^1].StartsWith('<');
            if (isMutable && isSpelled && isInCode) yield return $"{typeName}.{name}";
        }
    }
}
