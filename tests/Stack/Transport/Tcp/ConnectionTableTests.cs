using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp;

public sealed class ConnectionTableTests
{
    [Fact, Covers("TCP-SOCK-1")]
    public void Behaves_as_a_dictionary_of_four_tuples()
    {
        using TcpScenario tcp = TcpScenario.New();
        SeededRandomSource random = new(5);
        ConnectionTable table = new(random);
        Dictionary<(IpEndpoint, IpEndpoint), TcpConnection> model = [];
        for (int i = 0; i < 20_000; i++)
        {
            IpEndpoint local = new(random.Below(2) == 0 ? IpAddress.FromIpv4(198, 18, 0, 1) : IpAddress.Parse("fd00::1"), (ushort)(1 + random.Below(40)));
            IpEndpoint remote = new(local.Address.IsIpv4 ? IpAddress.FromIpv4(198, 18, 1, (byte)random.Below(4)) : IpAddress.Parse("fd00::2"), (ushort)(1 + random.Below(60)));
            bool known = model.TryGetValue((local, remote), out TcpConnection? expected);
            Assert.Same(expected, table.Find(local.Address, local.Port, remote.Address, remote.Port));
            if (!known)
            {
                model[(local, remote)] = expected = new TcpConnection(tcp.Layer);
                expected.Begin(tcp.Network.Path, local, remote, new());
                table.Add(expected);
            }
            else if (random.Below(3) == 0)
            {
                table.Remove(expected!);
                table.Remove(expected!);
                model.Remove((local, remote));
            }
            Assert.Equal(model.Count, table.Count);
        }
        Assert.True(model.Values.ToHashSet().SetEquals(table.Enumerate()));
    }
}
