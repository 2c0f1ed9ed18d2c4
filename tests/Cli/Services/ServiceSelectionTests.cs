using System.IO;
using StackSharp.Cli.Services;
using Xunit;

namespace StackSharp.Tests.Cli.Services;

public sealed class ServiceSelectionTests
{
    [Fact]
    public void Services_are_chosen_by_name()
    {
        Assert.True(ServiceSelection.TryParse("echo, chargen", out ServiceSelection selection, out _));
        Assert.Equal(new ServiceSelection(true, false, true, false, false, null), selection);
    }

    [Fact]
    public void Files_are_served_from_a_folder_that_exists()
    {
        string folder = Path.GetTempPath();
        Assert.True(ServiceSelection.TryParse($"discard,daytime,iperf3,http={folder}", out ServiceSelection selection, out _));
        Assert.Equal(new ServiceSelection(false, true, false, true, true, folder), selection);
        Assert.False(ServiceSelection.TryParse("http=/no/such/folder", out _, out string error));
        Assert.Contains("/no/such/folder", error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_service_is_named_in_the_message()
    {
        Assert.False(ServiceSelection.TryParse("echo,telnet", out _, out string error));
        Assert.Contains("telnet", error, StringComparison.Ordinal);
    }
}
