using StackSharp.Stack.Transport;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport;

public sealed class PortTableTests
{
    private static readonly IpAddress Specific = IpAddress.FromIpv4(198, 18, 0, 1);
    private static readonly string[] Kinds = ["def W", "def S", "reuse W", "reuse S", "excl W", "excl S"];

    // Winsock, "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE", the table for one user. Row: first socket, column: second.
    private static readonly string[] Table =
    [
        "INUSE ok    ACCES ok    INUSE ok",
        "ok    INUSE ok    ACCES INUSE INUSE",
        "INUSE ok    ok    ok    INUSE ok",
        "ok    INUSE ok    ok    INUSE INUSE",
        "INUSE ACCES ACCES ACCES INUSE ACCES",
        "ok    INUSE ok    ACCES INUSE INUSE",
    ];

    public static TheoryData<string, string, string> Cells
    {
        get
        {
            TheoryData<string, string, string> cells = [];
            for (int row = 0; row < 6; row++)
            {
                string[] results = Table[row].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                for (int column = 0; column < 6; column++) cells.Add(Kinds[row], Kinds[column], results[column]);
            }
            return cells;
        }
    }

    [Theory, MemberData(nameof(Cells)), Covers("TCP-SOCK-1")]
    public void Two_bindings_get_along_as_winsock_says(string first, string second, string expected)
    {
        PortTable table = new();
        Assert.Equal(TransportError.None, Bind(table, first, out PortBinding? held));
        TransportError result = Bind(table, second, out PortBinding? other);
        Assert.Equal(expected switch { "ok" => TransportError.None, "INUSE" => TransportError.AddressAlreadyInUse, _ => TransportError.AccessDenied }, result);
        Assert.Equal(expected == "ok", other is not null);
        held!.Release();
        other?.Release();
        Assert.False(table.IsInUse(80));
        Assert.Equal(TransportError.None, Bind(table, second, out other));
    }

    [Fact]
    public void Different_addresses_and_ports_never_meet()
    {
        PortTable table = new();
        Assert.Equal(TransportError.None, table.TryBind(new IpEndpoint(Specific, 80), PortSharing.Exclusive, out PortBinding? _));
        Assert.Equal(TransportError.None, table.TryBind(new IpEndpoint(Specific, 81), PortSharing.Exclusive, out PortBinding? _));
        IpAddress another = IpAddress.FromIpv4(198, 18, 0, 2);
        Assert.Equal(TransportError.None, table.TryBind(new IpEndpoint(another, 80), PortSharing.Exclusive, out PortBinding? _));
    }

    [Fact]
    public void Releasing_twice_releases_once()
    {
        PortTable table = new();
        Bind(table, "def W", out PortBinding? first);
        first!.Release();
        Bind(table, "def W", out PortBinding? second);
        first.Release();
        Assert.True(table.IsInUse(80));
        second!.Release();
        Assert.False(table.IsInUse(80));
    }

    private static TransportError Bind(PortTable table, string kind, out PortBinding? binding)
    {
        string[] words = kind.Split(' ');
        PortSharing sharing = words[0] switch { "def" => PortSharing.Default, "reuse" => PortSharing.ReuseAddress, _ => PortSharing.Exclusive };
        return table.TryBind(new IpEndpoint(words[1] == "W" ? IpAddress.AnyIpv4 : Specific, 80), sharing, out binding);
    }
}
