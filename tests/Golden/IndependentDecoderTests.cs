using StackSharp.Tests.Interop;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Golden;

/// <summary>tshark, which shares no code with us, on the captures whose every checksum our views find right.</summary>
public sealed class IndependentDecoderTests
{
    private static readonly string[] Checksums = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-d", "tcp.port==5000,data"];

    // It sums up the TCP segment that an ICMP error quotes, although the quotation is cut short.
    private const string Faults = $"({Recording.FaultFilter}) && !(icmp.type == 3 && icmp.checksum.status == \"Good\" && ip.checksum.status == \"Good\")";

    [Fact]
    public void Finds_every_frame_and_no_fault()
    {
        Requirement.Program("tshark");
        foreach (string capture in CaptureFile.All)
        {
            string[] read = ["-n", "-r", CaptureFile.PathOf(capture), .. Checksums];
            Assert.Equal("", Command.Run(Command.DefaultTimeout, "tshark", [.. read, "-Y", Faults]).MustSucceed().Output);
            string numbers = Command.Run(Command.DefaultTimeout, "tshark", [.. read, "-T", "fields", "-e", "frame.number"]).MustSucceed().Output;
            Assert.Equal(CaptureFile.Read(capture).Count, numbers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        }
    }
}
