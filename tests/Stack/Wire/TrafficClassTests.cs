using StackSharp.Stack.Wire;
using Xunit;

namespace StackSharp.Tests.Stack.Wire;

public sealed class TrafficClassTests
{
    [Fact]
    public void Every_octet_is_a_codepoint_and_two_ECN_bits()
    {
        for (int value = 0; value <= byte.MaxValue; value++)
        {
            TrafficClass trafficClass = new((byte)value);
            Assert.Equal((value / 4, value % 4), (trafficClass.Dscp, (int)trafficClass.Ecn));
            Assert.Equal(trafficClass, TrafficClass.Create(trafficClass.Dscp, trafficClass.Ecn));
            Assert.Equal((value / 4 * 4) + 3, trafficClass.WithEcn(EcnCodepoint.CongestionExperienced).Value);
            Assert.Equal(value / 4 * 4, trafficClass.WithEcn(EcnCodepoint.NotEct).Value);
        }
    }

    /// <summary>RFC 3168 figure 1: ECT(1) is 01, ECT(0) is 10.</summary>
    [Fact]
    public void Codepoints_have_the_bits_of_the_RFC()
    {
        Assert.Equal(0b01, (int)EcnCodepoint.Ect1);
        Assert.Equal(0b10, (int)EcnCodepoint.Ect0);
        Assert.Equal(48, TrafficClass.NetworkControl.Dscp);
    }
}
