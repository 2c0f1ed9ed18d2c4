using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp;

/// <summary>Connection objects serve one conversation after another: nothing of the last may show in the next.</summary>
public sealed class TcpConnectionReuseTests
{
    // What lists and pools say of the object, and what has to be gone before it may be used again, is not for Begin to set.
    private static readonly string[] NotBegun =
        ["State", "NextInBucket", "IsTouched", "IsBlocked", "PreviousInTimeWait", "NextInTimeWait", "NextReady", "IsQueuedAsReady"];

    [Fact]
    public void Whatever_an_object_went_through_it_begins_as_a_new_one_does()
    {
        using TcpScenario tcp = TcpScenario.New();
        IpEndpoint local = new(RecordingNetwork.LocalAddress, 80);
        TcpConnection fresh = new(tcp.Layer);
        TcpConnection used = new(tcp.Layer);
        int soiled = 0;
        foreach (FieldInfo field in Fields().Where(field => field.FieldType.IsValueType))
        {
            object value = RuntimeHelpers.GetUninitializedObject(field.FieldType);
            Soil(value);
            field.SetValue(used, value);
            soiled++;
        }
        Assert.InRange(soiled, 40, 200);
        fresh.Begin(tcp.Network.Path, local, TcpScenario.Peer, new());
        used.Begin(tcp.Network.Path, local, TcpScenario.Peer, fresh.Options);
        foreach (FieldInfo field in Fields())
        {
            if (field.Name is "_congestion" || NotBegun.Any(name => field.Name.Contains($"<{name}>", StringComparison.Ordinal))) continue;
            Assert.True(IsSame(field.GetValue(fresh), field.GetValue(used)), $"{field.Name} keeps what the last conversation left in it: see TcpConnection.Begin.");
        }
    }

    [Fact]
    public void A_connection_that_ended_makes_way_once_the_entry_ends_and_not_before()
    {
        using TcpScenario tcp = TcpScenario.Established();
        TcpConnection first = tcp.Connection!;
        first.Abort(tcp.Now);
        Assert.Null(tcp.Layer.Pools.TryRentConnection());
        tcp.Layer.OnEntryEnd();
        Assert.Same(first, tcp.Layer.Pools.TryRentConnection());
    }

    [Fact]
    public void A_connection_that_failed_stays_its_users_until_he_closes_it()
    {
        using TcpScenario tcp = TcpScenario.Established();
        tcp.Inject("+0 < R 1:1(0) win 0");
        Assert.Equal(TcpState.Closed, tcp.State);
        tcp.Layer.OnEntryEnd();
        Assert.Null(tcp.Layer.Pools.TryRentConnection());
        tcp.Connection!.Close(tcp.Now);
        tcp.Connection.Close(tcp.Now);
        while (tcp.Ready.Take() is { } endpoint) endpoint.TakeEvents();
        tcp.Layer.OnEntryEnd();
        Assert.Same(tcp.Connection, tcp.Layer.Pools.TryRentConnection());
        Assert.Null(tcp.Layer.Pools.TryRentConnection());
    }

    private static IEnumerable<FieldInfo> Fields()
    {
        for (Type? type = typeof(TcpConnection); type != typeof(object); type = type!.BaseType)
        {
            foreach (FieldInfo field in type!.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)) yield return field;
        }
    }

    // Every octet of a boxed value: a number that is not zero, flags that are set, moments long past.
    private static void Soil(object boxed) => Octets(boxed).Fill(1);

    private static bool IsSame(object? fresh, object? used) =>
        fresh is ValueType && used is not null ? Octets(fresh).SequenceEqual(Octets(used)) : ReferenceEquals(fresh, used);

    private static Span<byte> Octets(object boxed)
    {
        int size = Marshal.ReadInt32(boxed.GetType().TypeHandle.Value, sizeof(int)) - (2 * nint.Size);   // Of the object, without its header and type.
        return MemoryMarshal.CreateSpan(ref Unsafe.As<Box>(boxed).First, size);
    }

    private sealed class Box
    {
        public byte First;
    }
}
