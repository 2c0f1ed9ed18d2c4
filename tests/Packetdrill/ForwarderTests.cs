using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using StackSharp.Packetdrill;
using StackSharp.Packetdrill.Wire;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Packetdrill;

/// <summary>The library that the tool loads, loaded by this process: it finds the runtime running already, and the adapter in a load context of its own.</summary>
public sealed unsafe class ForwarderTests
{
    private const string Symbol = "packetdrill_interface_init";

    [Fact]
    public void The_native_library_fills_the_table_for_one_script_after_the_other()
    {
        string folder = Path.Combine("tools/packetdrill", Path.GetRelativePath(Repository.PathOf("tests"), AppContext.BaseDirectory));
        string path = Path.Combine(Repository.PathOf(folder), "libstacksharp_packetdrill.so");
        Assert.SkipUnless(File.Exists(path), "The library is built where gcc is: install gcc and libc6-dev, and build again.");
        nint library = NativeLibrary.Load(path);
        var initialize = (delegate* unmanaged[Cdecl]<byte*, InterfaceTable*, void>)NativeLibrary.GetExport(library, Symbol);
        InterfaceTable table = default;
        foreach (string flags in new[] { "local=10.0.0.1/8", "local=10.0.0.2/8,mtu=1400" })
        {
            fixed (byte* start = Encoding.UTF8.GetBytes(flags + "\0")) initialize(start, &table);
            AssertListens(table, flags.Contains("10.0.0.1", StringComparison.Ordinal) ? 1 : 2);
        }
        table.Free(table.UserData);
    }

    // The flags have arrived when the address that they name can be bound to, and no other one can.
    private static void AssertListens(InterfaceTable table, int host)
    {
        int socket = table.Socket(table.UserData, SocketAddress.Ipv4, 1, 0);
        Assert.True(socket >= 0);
        byte* address = stackalloc byte[16];
        new Span<byte>(address, 16).Clear();
        address[0] = SocketAddress.Ipv4;
        address[2] = 0x1F;
        address[4] = 10;
        address[7] = (byte)(host + 1);
        Assert.Equal(-1, table.Bind(table.UserData, socket, address, 16));
        Assert.Equal(Errno.AddressNotAvailable, Marshal.GetLastSystemError());
        address[7] = (byte)host;
        Assert.Equal(0, table.Bind(table.UserData, socket, address, 16));
        Assert.Equal(0, table.Listen(table.UserData, socket, 1));
        Assert.Equal(0, table.Close(table.UserData, socket));
    }
}
