using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace StackSharp.Tests.Architecture.PublicApi;

/// <summary>The public surface of an assembly as text: types in order of name, each with its members below it.</summary>
internal static class ApiText
{
    public static string Of(Assembly assembly) => Of(assembly.GetExportedTypes());

    public static string Of(IEnumerable<Type> types)
    {
        ApiMemberText members = new();
        StringBuilder text = new();
        foreach (IGrouping<string, Type> space in types.GroupBy(type => type.Namespace ?? "").OrderBy(space => space.Key, StringComparer.Ordinal))
        {
            text.Append(text.Length == 0 ? "" : "\n").Append("namespace ").Append(space.Key).Append('\n');
            foreach (Type type in space.OrderBy(type => type.FullName, StringComparer.Ordinal))
            {
                text.Append('\n').Append(Declaration(type, members)).Append('\n');
                if (IsDelegate(type)) continue;
                foreach (string member in members.Of(type)) text.Append("    ").Append(member).Append('\n');
            }
        }
        return text.ToString();
    }

    private static string Declaration(Type type, ApiMemberText members)
    {
        string access = type.IsNestedFamily || type.IsNestedFamORAssem ? "protected" : "public";
        string constraints = ApiMemberText.Constraints(type.GetGenericArguments());
        if (IsDelegate(type)) return $"{access} delegate {members.Delegate(type)}{constraints}";
        string[] bases = [.. Bases(type)];
        return $"{access} {Kind(type)} {ApiTypeText.Of(type)}{(bases.Length == 0 ? "" : " : " + string.Join(", ", bases))}{constraints}";
    }

    private static string Kind(Type type)
    {
        if (type.IsInterface) return "interface";
        if (type.IsEnum) return type.IsDefined(typeof(FlagsAttribute)) ? "flags enum" : "enum";
        if (type.IsValueType)
        {
            string word = type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "";
            return word + (type.IsByRefLike ? "ref " : "") + (IsRecord(type) ? "record struct" : "struct");
        }
        string modifier = type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        return modifier + (IsRecord(type) ? "record" : "class");
    }

    /// <summary>The underlying type of an enumeration, else the base class and the interfaces that neither it nor another one brings.</summary>
    private static IEnumerable<string> Bases(Type type)
    {
        if (type.IsEnum) return type.GetEnumUnderlyingType() == typeof(int) ? [] : [ApiTypeText.Of(type.GetEnumUnderlyingType())];
        Type[] all = type.GetInterfaces();
        HashSet<Type> inherited = [.. all.SelectMany(one => one.GetInterfaces()), .. type.BaseType?.GetInterfaces() ?? []];
        IEnumerable<string> interfaces = all
            .Where(one => one.IsVisible && !inherited.Contains(one) && !(IsRecord(type) && one.Name == "IEquatable`1"))
            .Select(ApiTypeText.Of).Order(StringComparer.Ordinal);
        bool hasBase = type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType);
        return hasBase ? interfaces.Prepend(ApiTypeText.Of(type.BaseType!)) : interfaces;
    }

    private static bool IsDelegate(Type type) => type.IsSubclassOf(typeof(MulticastDelegate));

    private static bool IsRecord(Type type) =>
        type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance, [typeof(StringBuilder)]) is { } printer
        && printer.IsDefined(typeof(CompilerGeneratedAttribute));
}
