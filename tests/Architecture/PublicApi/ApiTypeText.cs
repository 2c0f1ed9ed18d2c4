using System.Reflection;

namespace StackSharp.Tests.Architecture.PublicApi;

/// <summary>Types as C# writes them, without namespaces, with the question marks of nullable references.</summary>
internal static class ApiTypeText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static string Of(Type type) => Of(type, null);

    public static string Of(Type type, NullabilityInfo? nullability)
    {
        if (type.IsByRef) return Of(type.GetElementType()!, nullability);
        if (Nullable.GetUnderlyingType(type) is { } underlying) return Of(underlying, Arguments(nullability).FirstOrDefault()) + "?";
        string mark = nullability?.ReadState == NullabilityState.Nullable && IsReference(type) ? "?" : "";
        if (type.IsArray) return $"{Of(type.GetElementType()!, nullability?.ElementType)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";
        if (type.IsPointer) return Of(type.GetElementType()!) + "*";
        if (type.IsFunctionPointer) return FunctionPointer(type);
        if (type.IsGenericParameter || Keywords.ContainsKey(type)) return Keywords.GetValueOrDefault(type, type.Name) + mark;
        return Named(type, Arguments(nullability)) + mark;
    }

    /// <summary>A named type with its arguments, those of the types around it first, as metadata keeps them.</summary>
    private static string Named(Type type, NullabilityInfo[] nullability)
    {
        Type[] arguments = type.GetGenericArguments();
        List<string> parts = [];
        int used = 0;
        foreach (Type part in Outward(type).Reverse())
        {
            string name = part.Name.Split('`')[0];
            int count = part.GetGenericArguments().Length;
            IEnumerable<string> own = Enumerable.Range(used, count - used).Select(index => Of(arguments[index], nullability.ElementAtOrDefault(index)));
            parts.Add(count > used ? $"{name}<{string.Join(", ", own)}>" : name);
            used = count;
        }
        return string.Join('.', parts);
    }

    private static IEnumerable<Type> Outward(Type type)
    {
        for (Type? part = type; part is not null; part = part.DeclaringType) yield return part;
    }

    /// <summary>A parameter that may stand for both kinds of types is reported as nullable, whatever the source says.</summary>
    private static bool IsReference(Type type) =>
        type.IsGenericParameter ? type.GenericParameterAttributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) : !type.IsValueType;

    private static NullabilityInfo[] Arguments(NullabilityInfo? nullability) => nullability?.GenericTypeArguments ?? [];

    private static string FunctionPointer(Type type)
    {
        IEnumerable<Type> types = type.GetFunctionPointerParameterTypes().Append(type.GetFunctionPointerReturnType());
        return $"delegate*{(type.IsUnmanagedFunctionPointer ? " unmanaged" : "")}<{string.Join(", ", types.Select(Of))}>";
    }
}
