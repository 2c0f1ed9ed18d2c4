using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace StackSharp.Tests.Architecture.Compiled;

/// <summary>Collects what one type refers to: in its declaration, in its members' signatures and attributes, and in its code.</summary>
internal sealed class TypeReferences
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;
    private readonly TypeName _from;
    private readonly HashSet<CompiledReference> _uses;

    private TypeReferences(PEReader file, MetadataReader metadata, TypeDefinitionHandle type, HashSet<CompiledReference> uses)
    {
        _file = file;
        _metadata = metadata;
        _from = TypeNames.Of(metadata, type).Outermost;
        _uses = uses;
    }

    public static void Collect(PEReader file, MetadataReader metadata, TypeDefinitionHandle type, HashSet<CompiledReference> uses) =>
        new TypeReferences(file, metadata, type, uses).OfType(metadata.GetTypeDefinition(type));

    private void OfType(TypeDefinition type)
    {
        AddEntity(type.BaseType);
        AddAttributes(type.GetCustomAttributes());
        AddConstraints(type.GetGenericParameters());
        foreach (InterfaceImplementationHandle handle in type.GetInterfaceImplementations()) AddEntity(_metadata.GetInterfaceImplementation(handle).Interface);
        foreach (FieldDefinitionHandle handle in type.GetFields())
        {
            FieldDefinition field = _metadata.GetFieldDefinition(handle);
            AddAll(field.DecodeSignature(SignatureTypes.Provider, null));
            AddAttributes(field.GetCustomAttributes());
        }
        foreach (PropertyDefinitionHandle handle in type.GetProperties()) AddAttributes(_metadata.GetPropertyDefinition(handle).GetCustomAttributes());
        foreach (EventDefinitionHandle handle in type.GetEvents()) AddEntity(_metadata.GetEventDefinition(handle).Type);
        foreach (MethodDefinitionHandle handle in type.GetMethods()) OfMethod(_metadata.GetMethodDefinition(handle));
    }

    private void OfMethod(MethodDefinition method)
    {
        AddAll(SignatureTypes.Of(method.DecodeSignature(SignatureTypes.Provider, null)));
        AddAttributes(method.GetCustomAttributes());
        AddConstraints(method.GetGenericParameters());
        foreach (ParameterHandle parameter in method.GetParameters()) AddAttributes(_metadata.GetParameter(parameter).GetCustomAttributes());
        if (method.RelativeVirtualAddress == 0) return;
        MethodBodyBlock body = _file.GetMethodBody(method.RelativeVirtualAddress);
        foreach (ExceptionRegion region in body.ExceptionRegions) AddEntity(region.CatchType);
        if (!body.LocalSignature.IsNil)
        {
            foreach (ImmutableArray<TypeName> local in _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(SignatureTypes.Provider, null)) AddAll(local);
        }
        foreach (int token in IntermediateLanguage.Tokens(body.GetILReader())) AddToken(token);
    }

    private void AddToken(int token)
    {
        // A token above the tables is a string literal (ECMA-335 §II.24.2.4), which names no type.
        if (token >> 24 == 0x70) return;
        AddEntity(MetadataTokens.EntityHandle(token));
    }

    private void AddEntity(EntityHandle handle)
    {
        if (handle.IsNil) return;
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition: Add(TypeNames.Of(_metadata, (TypeDefinitionHandle)handle)); break;
            case HandleKind.TypeReference: Add(TypeNames.Of(_metadata, (TypeReferenceHandle)handle)); break;
            case HandleKind.TypeSpecification:
                AddAll(_metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(SignatureTypes.Provider, null));
                break;
            case HandleKind.MethodDefinition: Add(TypeNames.Of(_metadata, _metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType())); break;
            case HandleKind.FieldDefinition: Add(TypeNames.Of(_metadata, _metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType())); break;
            case HandleKind.MethodSpecification: AddMethodSpecification(_metadata.GetMethodSpecification((MethodSpecificationHandle)handle)); break;
            case HandleKind.MemberReference: AddMember(_metadata.GetMemberReference((MemberReferenceHandle)handle)); break;
            case HandleKind.StandaloneSignature:
                AddAll(SignatureTypes.Of(_metadata.GetStandaloneSignature((StandaloneSignatureHandle)handle).DecodeMethodSignature(SignatureTypes.Provider, null)));
                break;
            default: throw new BadImageFormatException($"{_from.FullName} refers to a {handle.Kind}, which no code does.");
        }
    }

    private void AddMethodSpecification(MethodSpecification specification)
    {
        AddEntity(specification.Method);
        foreach (ImmutableArray<TypeName> argument in specification.DecodeSignature(SignatureTypes.Provider, null)) AddAll(argument);
    }

    private void AddMember(MemberReference member)
    {
        if (member.Parent.Kind == HandleKind.TypeReference)
            _uses.Add(new CompiledReference(_from, TypeNames.Of(_metadata, (TypeReferenceHandle)member.Parent), _metadata.GetString(member.Name)));
        AddEntity(member.Parent);
        AddAll(member.GetKind() == MemberReferenceKind.Field
            ? member.DecodeFieldSignature(SignatureTypes.Provider, null)
            : SignatureTypes.Of(member.DecodeMethodSignature(SignatureTypes.Provider, null)));
    }

    private void AddAttributes(CustomAttributeHandleCollection attributes)
    {
        foreach (CustomAttributeHandle handle in attributes) AddEntity(_metadata.GetCustomAttribute(handle).Constructor);
    }

    private void AddConstraints(GenericParameterHandleCollection parameters)
    {
        foreach (GenericParameterHandle handle in parameters)
            foreach (GenericParameterConstraintHandle constraint in _metadata.GetGenericParameter(handle).GetConstraints())
                AddEntity(_metadata.GetGenericParameterConstraint(constraint).Type);
    }

    private void AddAll(ImmutableArray<TypeName> types)
    {
        foreach (TypeName type in types) Add(type);
    }

    private void Add(TypeName type) => _uses.Add(new CompiledReference(_from, type, ""));
}
