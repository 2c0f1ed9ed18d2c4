using System.Text;
using System.Text.Json;
using StackSharp.Cli.Iperf3;
using Xunit;

namespace StackSharp.Tests.Cli.Iperf3;

/// <summary>The texts of the control connection: ours, and those that iperf3 3.12 was seen to send.</summary>
public sealed class TextTests
{
    private const string Observed =
        """{"udp":true,"omit":1,"time":0,"num":20480,"blockcount":0,"parallel":2,"reverse":true,"len":1000,"bandwidth":1000000,"pacing_timer":1000,"udp_counters_64bit":1,"client_version":"3.12"}""";

    [Fact]
    public void Parameters_that_iperf3_sends_are_understood()
    {
        TestParameters parameters = Read(Observed);
        ParameterRules.Check(parameters);
        Assert.True(parameters is { Udp: true, Tcp: false, Omit: 1, Seconds: 0, Octets: 20480, Streams: 2, Reverse: true, BlockBytes: 1000, BitsPerSecond: 1_000_000 });
        Assert.True(parameters.WideCounters);
    }

    [Fact]
    public void Our_parameters_have_what_iperf3_looks_for_and_come_back()
    {
        ClientPlan plan = new("x", new System.Net.IPEndPoint(1, 1)) { Udp = true, Streams = 8, Reverse = true, Octets = 1 << 20, BitsPerSecond = 5, BlockBytes = 500, WideCounters = true };
        TestParameters parameters = plan.ToParameters(1460);
        string text = JsonSerializer.Serialize(parameters, ParametersJson.Default.TestParameters);
        Assert.Equal(
            """{"udp":true,"omit":0,"time":0,"num":1048576,"blockcount":0,"parallel":8,"reverse":true,"len":500,"bandwidth":5,"udp_counters_64bit":true,"client_version":"3.12"}""", text);
        Assert.Equal(parameters, Read(text));
    }

    [Theory]
    [InlineData("""{"tcp":true,"len":131072,"bidirectional":true}""", RefusalCode.NotImplemented)]
    [InlineData("""{"sctp":true,"len":131072}""", RefusalCode.NoSctp)]
    [InlineData("""{"tcp":true,"MSS":500}""", RefusalCode.NotImplemented)]
    [InlineData("""{"tcp":true,"congestion":"cubic"}""", RefusalCode.NotImplemented)]
    [InlineData("""{"tcp":true,"fqrate":1000}""", RefusalCode.NotImplemented)]
    [InlineData("""{"tcp":true,"time":-1}""", RefusalCode.DurationTooLong)]
    [InlineData("""{"tcp":true,"time":99999999999}""", RefusalCode.DurationTooLong)]
    [InlineData("""{"tcp":true,"omit":-5}""", RefusalCode.Omit)]
    [InlineData("""{"tcp":true,"parallel":0}""", RefusalCode.TooManyStreams)]
    [InlineData("""{"tcp":true,"parallel":-2147483648}""", RefusalCode.TooManyStreams)]
    [InlineData("""{"tcp":true,"parallel":129}""", RefusalCode.TooManyStreams)]
    [InlineData("""{"tcp":true,"len":0}""", RefusalCode.BlockTooLarge)]
    [InlineData("""{"tcp":true,"len":1048577}""", RefusalCode.BlockTooLarge)]
    [InlineData("""{"udp":true,"len":11}""", RefusalCode.DatagramSize)]
    [InlineData("""{"udp":true,"len":65508}""", RefusalCode.DatagramSize)]
    [InlineData("""{"udp":true,"len":15,"udp_counters_64bit":1}""", RefusalCode.DatagramSize)]
    [InlineData("""{"tcp":true,"window":1e12}""", RefusalCode.BufferTooLarge)]
    [InlineData("""{"tcp":true,"TOS":256}""", RefusalCode.TypeOfService)]
    [InlineData("""{"tcp":true,"num":-1}""", RefusalCode.Parameters)]
    [InlineData("""{"tcp":true,"bandwidth":-1}""", RefusalCode.Parameters)]
    [InlineData("""{"tcp":true,"time":5,"num":5}""", RefusalCode.EndConditions)]
    [InlineData("""{"tcp":true,"udp":true}""", RefusalCode.Parameters)]
    [InlineData("{}", RefusalCode.Parameters)]
    internal void What_is_not_offered_is_refused_with_its_number(string text, RefusalCode code) =>
        Assert.Equal(code, Assert.Throws<Iperf3Failure>(() => ParameterRules.Check(Read(text))).Code);

    [Theory]
    [InlineData("""{"tcp":true,"title":"x","extra_data":"y","get_server_output":1,"pacing_timer":1000,"repeating_payload":1,"burst":10}""")]
    [InlineData("""{"tcp":true,"MSS":0,"congestion":"","zerocopy":false,"something_new":null}""")]
    [InlineData("""{"tcp":true,"blockcount":12,"TOS":16,"window":65536,"nodelay":true}""")]
    public void What_changes_nothing_is_let_through(string text) => ParameterRules.Check(Read(text));

    [Fact]
    public void Results_that_iperf3_sends_are_understood()
    {
        const string Text =
            """{"cpu_util_total":0.5,"cpu_util_user":0.4,"cpu_util_system":0,"sender_has_retransmits":18446744073709551615,"congestion_used":"bbr","streams":[{"id":1,"bytes":21000,"retransmits":18446744073709551615,"jitter":6.25e-06,"errors":2,"packets":21,"start_time":0,"end_time":0.16036},{"id":3,"bytes":1e+15,"retransmits":0,"jitter":0,"errors":0,"packets":0,"start_time":0,"end_time":1}]}""";
        TestResults results = JsonSerializer.Deserialize(Text, ResultsJson.Default.TestResults)!;
        Assert.Equal(-1, results.SenderHasRetransmits);
        StreamResult first = results.Of(1);
        Assert.Equal(new StreamResult { Id = 1, Octets = 21000, Retransmits = -1, Jitter = 6.25e-06, Lost = 2, Packets = 21, EndTime = 0.16036 }, first);
        Assert.Equal(1_000_000_000_000_000, results.Of(3).Octets);
        Assert.Equal(RefusalCode.Results, Assert.Throws<Iperf3Failure>(() => results.Of(2)).Code);
    }

    [Fact]
    public void Our_results_come_back_with_all_members_written()
    {
        TestResults results = new() { SenderHasRetransmits = 1, CongestionUsed = "newreno", Streams = [new StreamResult { Id = 1, Octets = 5, Retransmits = 0 }] };
        string text = JsonSerializer.Serialize(results, ResultsJson.Default.TestResults);
        foreach (string name in (string[])["cpu_util_total", "cpu_util_user", "cpu_util_system", "sender_has_retransmits", "retransmits", "jitter", "errors", "packets", "start_time", "end_time"])
            Assert.Contains($"\"{name}\":", text, StringComparison.Ordinal);
        Assert.Equal(results.Streams, JsonSerializer.Deserialize(text, ResultsJson.Default.TestResults)!.Streams);
    }

    [Theory]
    [InlineData("""{"streams":[{"id":1,"bytes":-5}]}""")]
    [InlineData("""{"streams":[{"id":1,"end_time":-5}]}""")]
    [InlineData("""{"streams":[null]}""")]
    public void Results_that_cannot_be_are_refused(string text)
    {
        TestResults results = JsonSerializer.Deserialize(text, ResultsJson.Default.TestResults)!;
        Assert.Throws<Iperf3Failure>(() => results.Of(1));
    }

    [Fact]
    public void A_cookie_is_36_printing_characters_and_a_zero()
    {
        TestCookie cookie = TestCookie.Create();
        byte[] octets = cookie.ToBytes();
        Assert.Equal(TestCookie.Size, octets.Length);
        Assert.True(TestCookie.TryRead(octets, out TestCookie read));
        Assert.Equal(cookie, read);
        Assert.NotEqual(cookie, TestCookie.Create());
        Assert.False(TestCookie.TryRead(octets.AsSpan(1), out _));
        octets[^1] = (byte)'x';
        Assert.False(TestCookie.TryRead(octets, out _));
        Assert.False(TestCookie.TryRead(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: 198.18.0.99\r\n\r\n"), out _));
    }

    private static TestParameters Read(string text) => JsonSerializer.Deserialize(text, ParametersJson.Default.TestParameters)!;
}
