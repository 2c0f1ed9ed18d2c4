using System.Reflection;
using StackSharp.Tests.TestKit;
using Xunit.v3;

namespace StackSharp.Tests.Architecture.Requirements;

/// <summary>Which tests name which requirements, read from the [Covers] attributes of an assembly.</summary>
internal static class Citations
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>ID and the name of a citing test, without the namespace that all tests share, in order.</summary>
    public static IReadOnlyList<(string Id, string Test)> In(IEnumerable<Type> types)
    {
        List<(string Id, string Test)> found = [];
        foreach (Type type in types)
        {
            MethodInfo[] tests = [.. type.GetMethods(Declared).Where(IsRunTest)];
            if (tests.Length > 0) found.AddRange(Ids(type).Select(id => (id, NameOf(type))));
            foreach (MethodInfo test in tests) found.AddRange(Ids(test).Select(id => (id, $"{NameOf(type)}.{test.Name}")));
        }
        return [.. found.Distinct().OrderBy(citation => citation.Id, StringComparer.Ordinal).ThenBy(citation => citation.Test, StringComparer.Ordinal)];
    }

    /// <summary>Attributes that prove nothing: on a method that is no test, or on a test that is switched off, or naming no ID.</summary>
    public static IReadOnlyList<string> Idle(IEnumerable<Type> types) =>
    [
        .. from type in types
           from member in type.GetMethods(Declared).Cast<MemberInfo>().Append(type)
           where member.GetCustomAttributes<CoversAttribute>().Any()
           where !(member is MethodInfo method ? IsRunTest(method) : type.GetMethods(Declared).Any(IsRunTest))
               || member.GetCustomAttributes<CoversAttribute>().Any(covers => covers.Ids.Count == 0)
           let name = $"{NameOf(type)}.{member.Name}"
           orderby name
           select name,
    ];

    private static IEnumerable<string> Ids(MemberInfo member) =>
        member.GetCustomAttributes<CoversAttribute>(inherit: false).SelectMany(covers => covers.Ids);

    private static bool IsRunTest(MethodInfo method) =>
        method.GetCustomAttributes().OfType<IFactAttribute>().Any(fact => fact.Skip is null || fact.SkipUnless is not null || fact.SkipWhen is not null);

    private static string NameOf(Type type) => type.FullName!.Replace("StackSharp.Tests.", "", StringComparison.Ordinal).Replace('+', '.');
}
