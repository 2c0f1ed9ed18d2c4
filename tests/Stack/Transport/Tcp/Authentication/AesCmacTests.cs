using StackSharp.Stack.Transport.Tcp.Authentication;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Authentication;

public sealed class AesCmacTests
{
    private const string Message =
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

    [Fact, Covers("AO-1")]
    public void The_examples_of_RFC_4493_come_out_one_after_the_other()
    {
        using AesCmac cmac = new(Convert.FromHexString("2b7e151628aed2a6abf7158809cf4f3c"));
        byte[] mac = new byte[AesCmac.Size];
        foreach ((int octets, string expected) in new[]
        {
            (64, "51f0bebf7e3b9d92fc49741779363cfe"), (0, "bb1d6929e95937287fa37d129b756746"), (40, "dfa66747de9ae63030ca32611497c827"),
            (16, "070a16b46b4d4144f79bdd9dd04a287c"), (64, "51f0bebf7e3b9d92fc49741779363cfe"),
        })
        {
            cmac.Compute(Convert.FromHexString(Message).AsSpan(0, octets), mac);
            Assert.Equal(expected, Convert.ToHexStringLower(mac));
        }
    }
}
