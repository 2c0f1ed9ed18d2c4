using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Authentication;
using StackSharp.Stack.Wire;
using StackSharp.Tests.Drivers;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Authentication;

public sealed class SignedConnectionTests
{
    private static readonly IpPrefix Anybody = IpPrefix.Parse("198.18.0.0/24");

    [Theory, Covers("AO-1", "MD5-1")]
    [InlineData(TcpAuthenticationAlgorithm.HmacSha1, true)]
    [InlineData(TcpAuthenticationAlgorithm.HmacSha1, false)]
    [InlineData(TcpAuthenticationAlgorithm.Aes128Cmac, true)]
    [InlineData(TcpAuthenticationAlgorithm.HmacSha256, true)]
    [InlineData(TcpAuthenticationAlgorithm.Md5, true)]
    public void A_connection_is_made_used_both_ways_and_closed(TcpAuthenticationAlgorithm algorithm, bool coversOptions)
    {
        using TcpPair pair = new(With(Key(algorithm, 1, 2, coversOptions)));
        pair.Connect(With(Key(algorithm, 2, 1, coversOptions)));
        Assert.Equal(TcpState.Established, pair.Client.State);
        pair.Transfer(pair.Client, pair.Server!, 300_000);
        pair.Transfer(pair.Server!, pair.Client, 300_000);
        TcpInfo info = pair.Client.GetInfo(pair.Now);
        // MD5 leaves no room for timestamps beside SACK.
        bool isMd5 = algorithm == TcpAuthenticationAlgorithm.Md5;
        Assert.Equal((true, !isMd5, 0), (info.SelectiveAcknowledgment, info.Timestamps, info.Timeouts));
        int option = algorithm is TcpAuthenticationAlgorithm.HmacSha1 or TcpAuthenticationAlgorithm.Aes128Cmac ? 16 : 20;
        Assert.Equal(1460 - option - (isMd5 ? 0 : 12), info.SendMss);
        pair.Client.Close(pair.Now);
        pair.Advance(TimeSpan.FromMilliseconds(1));
        pair.Server!.Close(pair.Now);
        pair.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal((TcpState.TimeWait, 0), (pair.Client.State, pair.ServerLayer.Connections.Count()));
        Assert.Equal(0, Rejected(pair.ClientLayer) + Rejected(pair.ServerLayer));
    }

    [Theory, Covers("AO-1", "MD5-1")]
    [InlineData(TcpAuthenticationAlgorithm.HmacSha1)]
    [InlineData(TcpAuthenticationAlgorithm.Md5)]
    public void Another_secret_is_met_with_silence(TcpAuthenticationAlgorithm algorithm)
    {
        using TcpPair pair = new(With(Key(algorithm, 1, 2)));
        pair.Connect(With(Key(algorithm, 2, 1, secret: "other")));
        Assert.Equal((TcpState.SynSent, 0), (pair.Client.State, pair.ServerLayer.Connections.Count()));
        Assert.Equal((1, 0), (pair.ServerLayer.Statistics.Drops(TcpDropReason.BadAuthentication), pair.ServerLayer.Statistics.OutRsts));
    }

    [Fact, Covers("AO-1")]
    public void An_unknown_key_is_counted_by_itself()
    {
        using TcpPair pair = new(With(Key(TcpAuthenticationAlgorithm.HmacSha1, 1, 2)));
        pair.Connect(With(Key(TcpAuthenticationAlgorithm.HmacSha1, 7, 1)));
        Assert.Equal(1, pair.ServerLayer.Statistics.Drops(TcpDropReason.UnknownAuthenticationKey));
    }

    [Fact, Covers("AO-1")]
    public void Who_does_not_sign_is_not_heard_unless_there_is_no_key_for_him()
    {
        using TcpPair pair = new(With(Key(TcpAuthenticationAlgorithm.HmacSha1, 1, 2)));
        pair.Connect(new());
        Assert.Equal((TcpState.SynSent, 1), (pair.Client.State, pair.ServerLayer.Statistics.Drops(TcpDropReason.MissingAuthentication)));

        using TcpPair other = new(With(new TcpAuthenticationKey(IpPrefix.Parse("198.18.0.77/32"), "secret"u8, 1, 2)));
        other.Connect(new());
        other.Transfer(other.Client, other.Server!, 1000);
        Assert.Null(other.Client.GetInfo(other.Now).AuthenticationKeyId);
    }

    [Fact, Covers("AO-1")]
    public void Unsigned_segments_of_a_signed_connection_change_nothing()
    {
        TcpSocketOptions socket = new() { AuthenticationKeys = new(new TcpAuthenticationKey(Anybody, "secret"u8, 1, 2)) };
        using TcpScenario tcp = TcpScenario.Connecting(socket);
        tcp.Expect("+0 > S 0:0(0) <...>");
        tcp.Inject("+0 < S. 0:0(0) ack 1 win 65535 <mss 1460>", "+0 < R. 0:0(0) ack 1 win 0", "+0 < S. 0:0(0) ack 1 win 65535 <mss 1460,kind 29 0201000000000000000000000000>",
            "+0 < S. 0:0(0) ack 1 win 65535 <mss 1460,kind 29 0201,kind 29 0201>");
        Assert.Equal((TcpState.SynSent, TransportError.None), (tcp.State, tcp.Connection!.Error));
        tcp.ExpectSilence();
        Assert.Equal((2, 2), (tcp.Layer.Statistics.Drops(TcpDropReason.MissingAuthentication), tcp.Layer.Statistics.Drops(TcpDropReason.BadAuthentication)));
    }

    [Fact, Covers("AO-2")]
    public void Keys_are_changed_while_data_flow()
    {
        TcpAuthenticationKey[] server = [Key(TcpAuthenticationAlgorithm.HmacSha1, 1, 2), Key(TcpAuthenticationAlgorithm.Aes128Cmac, 11, 12, secret: "new")];
        TcpAuthenticationKey[] client = [Key(TcpAuthenticationAlgorithm.HmacSha1, 2, 1), Key(TcpAuthenticationAlgorithm.Aes128Cmac, 12, 11, secret: "new")];
        using TcpPair pair = new(With(server[0]));
        pair.Connect(With(client[0]));
        pair.Transfer(pair.Client, pair.Server!, 50_000);
        // Both know the new key; nothing changes until one asks.
        Assert.Equal(TransportError.None, pair.Server!.SetOptions(With(server), pair.Now));
        Assert.Equal(TransportError.None, pair.Client.SetOptions(With(client), pair.Now));
        pair.Transfer(pair.Client, pair.Server, 50_000);
        Assert.Equal(((byte?)2, (byte?)1), Ids(pair));
        // The client asks, the server signs with it; then the other way.
        Assert.Equal(TransportError.None, pair.Client.SetOptions(new() { AuthenticationKeys = new TcpAuthenticationKeys(client).Requesting(11) }, pair.Now));
        pair.Transfer(pair.Client, pair.Server, 50_000);
        Assert.Equal(((byte?)2, (byte?)11), Ids(pair));
        Assert.Equal(TransportError.None, pair.Server.SetOptions(new() { AuthenticationKeys = new TcpAuthenticationKeys(server).Requesting(12) }, pair.Now));
        pair.Transfer(pair.Server, pair.Client, 50_000);
        Assert.Equal(((byte?)12, (byte?)11), Ids(pair));
        // The old one can go.
        Assert.Equal(TransportError.None, pair.Client.SetOptions(With(client[1]), pair.Now));
        Assert.Equal(TransportError.None, pair.Server.SetOptions(With(server[1]), pair.Now));
        pair.Transfer(pair.Client, pair.Server, 50_000);
        Assert.Equal(0, Rejected(pair.ClientLayer) + Rejected(pair.ServerLayer));
    }

    [Fact, Covers("AO-2")]
    public void Signing_neither_begins_nor_ends_on_a_live_connection()
    {
        using TcpPair pair = new(With(Key(TcpAuthenticationAlgorithm.HmacSha1, 1, 2)));
        pair.Connect(With(Key(TcpAuthenticationAlgorithm.HmacSha1, 2, 1)));
        Assert.Equal(TransportError.InvalidArgument, pair.Client.SetOptions(new(), pair.Now));
        Assert.Equal(TransportError.InvalidArgument, pair.Client.SetOptions(With(TcpAuthenticationKey.ForMd5(Anybody, "secret"u8)), pair.Now));
        using TcpPair plain = new(new());
        plain.Connect(new());
        Assert.Equal(TransportError.InvalidArgument, plain.Client.SetOptions(With(Key(TcpAuthenticationAlgorithm.HmacSha1, 2, 1)), plain.Now));
    }

    [Theory]
    [InlineData(TcpAuthenticationAlgorithm.HmacSha1)]
    [InlineData(TcpAuthenticationAlgorithm.HmacSha256)]
    [InlineData(TcpAuthenticationAlgorithm.Aes128Cmac)]
    [InlineData(TcpAuthenticationAlgorithm.Md5)]
    public void Signing_allocates_nothing_once_it_runs(TcpAuthenticationAlgorithm algorithm)
    {
        using TcpPair pair = new(With(Key(algorithm, 1, 2)));
        pair.Connect(With(Key(algorithm, 2, 1)));
        byte[] data = new byte[20_000];
        byte[] buffer = new byte[20_000];
        Run(pair, data, buffer, rounds: 100);
        Allocations.MustBeNoneInWindow(() => Run(pair, data, buffer, rounds: 200));
    }

    [Fact]
    public void Keys_that_cannot_be_told_apart_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new TcpAuthenticationKeys());
        Assert.Throws<ArgumentException>(() => With(Key(TcpAuthenticationAlgorithm.HmacSha1, 1, 2), Key(TcpAuthenticationAlgorithm.HmacSha1, 1, 3)));
        Assert.Throws<ArgumentException>(() => With(Key(TcpAuthenticationAlgorithm.HmacSha1, 1, 2), Key(TcpAuthenticationAlgorithm.HmacSha1, 3, 2)));
        Assert.Throws<ArgumentException>(() => With(Key(TcpAuthenticationAlgorithm.HmacSha1, 1, 2), Key(TcpAuthenticationAlgorithm.Md5, 0, 0)));
        Assert.Throws<ArgumentException>(() => new TcpAuthenticationKeys(Key(TcpAuthenticationAlgorithm.HmacSha1, 1, 2)).Requesting(1));
        Assert.Throws<ArgumentException>(() => new TcpAuthenticationKey(Anybody, [], 1, 2));
        Assert.Throws<ArgumentException>(() => TcpAuthenticationKey.ForMd5(Anybody, new byte[81]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TcpAuthenticationKey(Anybody, "secret"u8, 1, 2, TcpAuthenticationAlgorithm.Md5));
        TcpAuthenticationKey elsewhere = new(IpPrefix.Parse("198.18.1.0/24"), "secret"u8, 1, 2);
        Assert.Equal(2, new TcpAuthenticationKeys(Key(TcpAuthenticationAlgorithm.HmacSha1, 1, 2), elsewhere).Keys.Count);
    }

    private static void Run(TcpPair pair, byte[] data, byte[] buffer, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            pair.Client.Send(data, TcpSendFlags.None, pair.Now, out int _);
            pair.Advance(TimeSpan.FromMilliseconds(1));
            while (pair.Server!.Receive(buffer, peek: false, pair.Now, out int received) == TransportError.None && received > 0)
            {
            }
            pair.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    private static (byte? Client, byte? Server) Ids(TcpPair pair) =>
        (pair.Client.GetInfo(pair.Now).AuthenticationKeyId, pair.Server!.GetInfo(pair.Now).AuthenticationKeyId);

    private static long Rejected(TcpLayer layer) => layer.Statistics.Drops(TcpDropReason.MissingAuthentication)
        + layer.Statistics.Drops(TcpDropReason.BadAuthentication) + layer.Statistics.Drops(TcpDropReason.UnknownAuthenticationKey);

    private static TcpSocketOptions With(params TcpAuthenticationKey[] keys) => new() { AuthenticationKeys = new TcpAuthenticationKeys(keys) };

    private static TcpAuthenticationKey Key(
        TcpAuthenticationAlgorithm algorithm, byte sendId, byte receiveId, bool coversOptions = true, string secret = "secret")
    {
        byte[] octets = System.Text.Encoding.ASCII.GetBytes(secret);
        return algorithm == TcpAuthenticationAlgorithm.Md5
            ? TcpAuthenticationKey.ForMd5(Anybody, octets)
            : new TcpAuthenticationKey(Anybody, octets, sendId, receiveId, algorithm, coversOptions);
    }
}
