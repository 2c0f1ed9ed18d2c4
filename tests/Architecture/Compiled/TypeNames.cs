using System.Reflection.Metadata;

namespace StackSharp.Tests.Architecture.Compiled;

/// <summary>Names for the type handles of metadata.</summary>
internal static class TypeNames
{
    public static TypeName Of(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        string name = metadata.GetString(type.Name);
        if (!type.GetDeclaringType().IsNil)
        {
            TypeName outer = Of(metadata, type.GetDeclaringType());
            return outer with { Name = $"{outer.Name}+{name}" };
        }
        string assembly = metadata.GetString(metadata.GetAssemblyDefinition().Name);
        return new TypeName(assembly, metadata.GetString(type.Namespace), name);
    }

    public static TypeName Of(MetadataReader metadata, TypeReferenceHandle handle)
    {
        TypeReference type = metadata.GetTypeReference(handle);
        string name = metadata.GetString(type.Name);
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            TypeName outer = Of(metadata, (TypeReferenceHandle)type.ResolutionScope);
            return outer with { Name = $"{outer.Name}+{name}" };
        }
        string assembly = type.ResolutionScope.Kind == HandleKind.AssemblyReference
            ? metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name)
            : metadata.GetString(metadata.GetAssemblyDefinition().Name);
        return new TypeName(assembly, metadata.GetString(type.Namespace), name);
    }
}
