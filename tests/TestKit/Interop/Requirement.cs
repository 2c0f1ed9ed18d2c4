using System.IO;
using Xunit;

namespace StackSharp.Tests.TestKit.Interop;

/// <summary>What a test needs from the machine: where it is missing, the test is skipped and says why.</summary>
/// <remarks>.ci/run counts a skipped test as a failure, so nothing is left out there unseen.</remarks>
public static class Requirement
{
    private const string TunDevice = "/dev/net/tun";

    public static void Root() => Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs root on Linux");

    /// <summary>Root, and iproute2 to make network namespaces with.</summary>
    public static void Namespaces()
    {
        Root();
        Program("ip");
    }

    /// <summary>Root, and a kernel that makes TAP devices.</summary>
    public static void Tap()
    {
        Namespaces();
        Assert.SkipUnless(File.Exists(TunDevice), $"needs {TunDevice}");
    }

    public static void Program(string name) => Assert.SkipUnless(FindProgram(name) is not null, $"needs the program {name}");

    /// <summary>The full path of a program; null when it is not installed. Looks where daemons live too, whatever PATH says.</summary>
    public static string? FindProgram(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"])
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
