using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using Xunit;

namespace StackSharp.Tests.Architecture.Compiled;

/// <summary>The reading of compiled code, shown on the types at the end of this file: each reference is found wherever it hides.</summary>
public sealed class CompiledAssemblyTests
{
    private static readonly CompiledAssembly Ours = CompiledAssembly.Load(typeof(CompiledAssemblyTests).Assembly.Location);

    [Theory]
    [InlineData(nameof(Example.Body), "System.Diagnostics.Stopwatch")]
    [InlineData(nameof(Example.Local), "System.Net.Sockets.SocketException")]
    [InlineData(nameof(Example.Caught), "System.IO.IOException")]
    [InlineData(nameof(Example.GenericArgument), "System.TimeProvider")]
    [InlineData(nameof(Example.Token), "System.Random")]
    [InlineData(nameof(Example.Signature), "System.Threading.Timer")]
    [InlineData(nameof(Example.Lambda), "System.Diagnostics.Process")]
    [InlineData(nameof(Example.Iterator), "System.IO.Path")]
    [InlineData(nameof(Example.AfterSwitch), "System.Threading.Barrier")]
    [InlineData("a field", "System.Threading.SemaphoreSlim")]
    [InlineData("an attribute", "System.ObsoleteAttribute")]
    [InlineData("a constraint", "System.IFormattable")]
    public void A_reference_is_found_in(string place, string type) =>
        Assert.True(UsesOfExample().Any(use => use.To.FullName == type), $"{type} in {place} is not found");

    [Fact]
    public void A_member_is_known_by_name() =>
        Assert.Contains(UsesOfExample(), use => use.To.FullName == "System.Diagnostics.Stopwatch" && use.Member == "GetTimestamp");

    [Fact]
    public void What_is_not_used_is_not_found() =>
        Assert.DoesNotContain(UsesOfExample(), use => use.To.FullName == "System.Threading.PeriodicTimer");

    /// <summary>Tens of thousands of method bodies: an operand stepped over wrongly would soon give a token that is none.</summary>
    [Fact]
    public void The_runtime_library_can_be_read_whole() => Assert.True(CompiledAssembly.Load(typeof(object).Assembly.Location).Uses.Count > 10_000);

    [Fact]
    public void Fields_that_can_be_assigned_are_mutable_state()
    {
        string prefix = typeof(Example).FullName! + ".";
        Assert.Equal(
            ["<Property>k__BackingField", "_field"],
            Ours.MutableStatics.Where(field => field.StartsWith(prefix, StringComparison.Ordinal)).Select(field => field[prefix.Length..]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("T:System.IO.Path;why", true)]
    [InlineData("N:System.IO;why", true)]
    [InlineData("P:System.Environment.TickCount64;why", true)]
    [InlineData("P:System.Environment.TickCount;why", false)]
    [InlineData("N:System.Net;why", true)]
    [InlineData("N:System.N;why", false)]
    [InlineData("N:System.Net.Sockets.Below;why", false)]
    [InlineData("M:System.Diagnostics.Stopwatch.GetTimestamp;why", true)]
    [InlineData("M:System.Diagnostics.Stopwatch.StartNew;why", false)]
    [InlineData("T:System.Threading.PeriodicTimer;why", false)]
    public void Banned_symbols_are_recognised(string line, bool isUsed)
    {
        BannedSymbols banned = BannedSymbols.Parse([line]);
        Assert.Equal(isUsed, UsesOfExample().Any(banned.Contains));
    }

    [Fact]
    public void A_banned_symbol_that_nothing_looks_for_is_refused() =>
        Assert.Throws<FormatException>(() => BannedSymbols.Parse(["M:System.Math.Abs(System.Int32);why"]));

    private static IEnumerable<CompiledReference> UsesOfExample() => Ours.Uses.Where(use => use.From.FullName == typeof(Example).FullName);
}

/// <summary>Refers to one type in each of the ways that there are.</summary>
internal static class Example
{
#pragma warning disable IDE0044, IDE0052, CA1823, CS0169, CS0414, IDE0051 // Fields for the tests above to find.
    private static readonly SemaphoreSlim? Semaphore;
    private static int _field = 1;
#pragma warning restore IDE0044, IDE0052, CA1823, CS0169, CS0414, IDE0051

    public static int Property { get; set; }

    public static long Body() => Stopwatch.GetTimestamp() + Environment.TickCount64;

    public static object? Local(object value)
    {
        SocketException? local = value as SocketException;
        return local;
    }

    public static void Caught(Action action)
    {
        try
        {
            action();
        }
        catch (IOException)
        {
            Property++;
        }
    }

    public static object GenericArgument() => new List<TimeProvider>();

    public static Type Token() => typeof(Random);

    public static Timer? Signature(Timer? timer) => timer;

    public static Func<int> Lambda() => static () => Process.GetCurrentProcess().Threads.Count;

    public static IEnumerable<string> Iterator(string path)
    {
        yield return Path.GetFileName(path);
    }

    public static object? AfterSwitch(int value)
    {
        switch (value)
        {
            case 0: return "a";
            case 1: return Property;
            case 2: return Body();
            case 3: return Token();
            default: break;
        }
        return new Barrier(1).ParticipantCount;
    }

    [Obsolete("For the attribute.")]
    public static void Attribute<T>(T value)
        where T : IFormattable => Property = value.GetHashCode();
}
