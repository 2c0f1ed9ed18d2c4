using System.Globalization;
using System.Reflection;
using StackSharp.Spi;
using StackSharp.Winsock;

namespace StackSharp.Tests.Architecture.Surface;

/// <summary>What there is of Winsock, read from the compiled assembly.</summary>
internal sealed class ExistingNames
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly Type[] Holders = [typeof(Ws2_32), typeof(WSAPROTOCOL_INFOW), typeof(SOCKET), typeof(WSAEVENT)];

    private readonly HashSet<string> _structures;
    private readonly HashSet<string> _providerFunctions;

    public ExistingNames()
    {
        Functions = MethodsOf(typeof(WinsockApi)).Concat(MethodsOf(typeof(Ws2_32))).ToHashSet();
        _providerFunctions = [.. MethodsOf(typeof(ITransportProvider)).Concat(MethodsOf(typeof(ITransportUpcalls)))];
        _structures = new HashSet<string>(
            typeof(WinsockApi).Assembly.GetExportedTypes().Where(type => type.Namespace is "StackSharp.Winsock" or "StackSharp.Spi").Select(type => type.Name),
            StringComparer.OrdinalIgnoreCase);
        Constants = Holders.SelectMany(holder => holder.GetFields(Declared)).Where(field => field.Name != nameof(WSAPROTOCOL_INFOW.Size))
            .ToDictionary(field => field.Name, field => field.IsLiteral ? ToNumber(field.GetRawConstantValue()!) : (uint?)null);
    }

    /// <summary>Of WinsockApi and Ws2_32.</summary>
    public IReadOnlySet<string> Functions { get; }

    /// <summary>With their values; null: no number of 32 bits.</summary>
    public IReadOnlyDictionary<string, uint?> Constants { get; }

    public bool Contains(SurfaceRow row) => row.Forms.Any(form => row.Kind switch
    {
        "function" => Functions.Contains(form),
        "spi" => _providerFunctions.Contains(form),
        "structure" => _structures.Contains(form),
        _ => Constants.ContainsKey(form),
    });

    private static IEnumerable<string> MethodsOf(Type type) => type.GetMethods(Declared).Where(method => !method.IsSpecialName).Select(method => method.Name);

    private static uint ToNumber(object value) => value is uint number ? number : unchecked((uint)Convert.ToInt32(value, CultureInfo.InvariantCulture));
}
