using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace StackSharp.Tests.Architecture.PublicApi;

/// <summary>Members as C# declares them, without bodies and attributes.</summary>
internal sealed class ApiMemberText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly NullabilityInfoContext _nullability = new();

    /// <summary>What users of a type can see, one line each: fields, constructors, properties, events, methods, each kind in order.</summary>
    public IEnumerable<string> Of(Type type)
    {
        if (type.IsEnum) return type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(EnumMember);
        IEnumerable<string>[] kinds =
        [
            type.GetFields(Declared).Where(field => IsVisible(field.Attributes)).Select(Field),
            type.GetConstructors(Declared).Where(IsVisible).Select(constructor => $"{Access(constructor)}{type.Name.Split('`')[0]}({Parameters(constructor)})"),
            type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(IsVisible)).Select(Property),
            type.GetEvents(Declared).Where(@event => IsVisible(@event.AddMethod!)).Select(Event),
            type.GetMethods(Declared).Where(method => IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))).Select(Method),
        ];
        return kinds.SelectMany(kind => kind.Order(StringComparer.Ordinal));
    }

    public string Delegate(Type type)
    {
        MethodInfo invoke = type.GetMethod("Invoke")!;
        return $"{Return(invoke)} {ApiTypeText.Of(type)}({Parameters(invoke)})";
    }

    public static string Constraints(IEnumerable<Type> parameters) => string.Concat(parameters.Where(type => type.IsGenericParameter).Select(Constraint));

    private static string EnumMember(FieldInfo field) => $"{field.Name} = {Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}";

    private string Field(FieldInfo field)
    {
        string access = field.IsPublic ? "public " : "protected ";
        string required = field.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string type = ApiTypeText.Of(field.FieldType, _nullability.Create(field));
        if (field.IsLiteral) return $"{access}const {type} {field.Name} = {Literal(field.GetRawConstantValue(), field.FieldType)}";
        return $"{access}{required}{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{type} {field.Name}";
    }

    private string Property(PropertyInfo property)
    {
        MethodInfo[] accessors = [.. property.GetAccessors(nonPublic: true).Where(IsVisible)];
        MethodInfo widest = accessors.FirstOrDefault(accessor => accessor.IsPublic) ?? accessors[0];
        string name = property.GetIndexParameters().Length == 0 ? property.Name : $"this[{string.Join(", ", property.GetIndexParameters().Select(Parameter))}]";
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string type = RefOf(property.PropertyType, property.GetMethod?.ReturnParameter) + ApiTypeText.Of(property.PropertyType, _nullability.Create(property));
        string body = string.Concat(accessors.OrderBy(accessor => accessor == property.SetMethod).Select(accessor => Accessor(accessor, property, widest)));
        return $"{Modifiers(widest)}{required}{type} {name} {{ {body}}}";
    }

    private static string Accessor(MethodInfo accessor, PropertyInfo property, MethodInfo widest)
    {
        string access = accessor.IsPublic == widest.IsPublic ? "" : "protected ";
        if (accessor == property.GetMethod) return $"{access}get; ";
        bool isInit = accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
        return $"{access}{(isInit ? "init" : "set")}; ";
    }

    private string Event(EventInfo @event) =>
        $"{Modifiers(@event.AddMethod!)}event {ApiTypeText.Of(@event.EventHandlerType!, _nullability.Create(@event))} {@event.Name}";

    private string Method(MethodInfo method)
    {
        Type[] arguments = method.GetGenericArguments();
        string generic = arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(ApiTypeText.Of))}>";
        return $"{Modifiers(method)}{Return(method)} {method.Name}{generic}({Parameters(method)}){Constraints(arguments)}";
    }

    private string Return(MethodInfo method) =>
        RefOf(method.ReturnType, method.ReturnParameter) + ApiTypeText.Of(method.ReturnType, _nullability.Create(method.ReturnParameter));

    private static string RefOf(Type type, ParameterInfo? returned)
    {
        if (!type.IsByRef) return "";
        return returned is not null && returned.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "InAttribute") ? "ref readonly " : "ref ";
    }

    private string Parameters(MethodBase method)
    {
        string first = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return first + string.Join(", ", method.GetParameters().Select(Parameter));
    }

    private string Parameter(ParameterInfo parameter)
    {
        string kind = !parameter.ParameterType.IsByRef ? "" : parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ";
        if (parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute))) kind = "params ";
        string value = parameter.HasDefaultValue ? " = " + Literal(parameter.RawDefaultValue, parameter.ParameterType) : "";
        return $"{kind}{ApiTypeText.Of(parameter.ParameterType, _nullability.Create(parameter))} {parameter.Name}{value}";
    }

    private static string Literal(object? value, Type type) => value switch
    {
        null => type.IsValueType ? "default" : "null",
        string text => $"\"{text}\"",
        char character => $"'{character}'",
        bool flag => flag ? "true" : "false",
        _ when type.IsEnum => $"{type.Name}.{Enum.ToObject(type, value)}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Constraint(Type parameter)
    {
        GenericParameterAttributes attributes = parameter.GenericParameterAttributes;
        bool isStruct = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        List<string> constraints = [];
        if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint)) constraints.Add("class");
        if (isStruct) constraints.Add(parameter.IsDefined(typeof(IsUnmanagedAttribute)) ? "unmanaged" : "struct");
        constraints.AddRange(parameter.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).Select(ApiTypeText.Of).Order(StringComparer.Ordinal));
        if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct) constraints.Add("new()");
        if (attributes.HasFlag(GenericParameterAttributes.AllowByRefLike)) constraints.Add("allows ref struct");
        return constraints.Count == 0 ? "" : $" where {parameter.Name} : {string.Join(", ", constraints)}";
    }

    private static string Modifiers(MethodInfo method)
    {
        if (method.DeclaringType!.IsInterface) return method.IsStatic ? "static " + (method.IsAbstract ? "abstract " : "") : method.IsAbstract ? "" : "virtual ";
        string access = Access(method);
        if (method.IsStatic) return access + "static ";
        if (method.GetBaseDefinition() != method) return access + (method.IsFinal ? "sealed override " : "override ");
        if (method.IsAbstract) return access + "abstract ";
        return access + (method.IsVirtual && !method.IsFinal ? "virtual " : "");
    }

    private static string Access(MethodBase method) => method.IsPublic ? "public " : "protected ";

    /// <summary>What the compiler adds to records says nothing that the word record does not.</summary>
    private static bool IsVisible(MethodBase method) =>
        (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly)
        && !(method.IsDefined(typeof(CompilerGeneratedAttribute)) && !method.IsSpecialName)
        && !(method.IsDefined(typeof(CompilerGeneratedAttribute)) && (method.IsConstructor || method.Name.StartsWith("op_", StringComparison.Ordinal)));

    private static bool IsVisible(FieldAttributes attributes) =>
        (attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem
        && !attributes.HasFlag(FieldAttributes.SpecialName);
}
