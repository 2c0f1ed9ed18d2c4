using StackSharp.Stack.Transport;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>RFC 9293 §3.10.7 as a table: each state, each kind of segment, the reply and the state after it.</summary>
public sealed class SegmentTableScenarios
{
    // Placeholders: n is RCV.NXT, s is SND.NXT, both counted from the initial sequence numbers; n+10 and the like are worked out.
    private static readonly (string Kind, string Segment)[] Segments =
    [
        ("SYN", "S {n}:{n}(0) win 65535 <mss 1000>"),
        ("RST exact", "R {n}:{n}(0) win 0"),
        ("RST in window", "R {n+10}:{n+10}(0) win 0"),
        ("RST outside", "R {n+100000}:{n+100000}(0) win 0"),
        ("ACK", ". {n}:{n}(0) ack {s} win 65535"),
        ("ACK of nothing sent", ". {n}:{n}(0) ack {s+1000} win 65535"),
        ("old data", "P. {n-50}:{n}(50) ack {s} win 65535"),
        ("data", "P. {n}:{n+10}(10) ack {s} win 65535"),
        ("data beyond window", "P. {n+100000}:{n+100010}(10) ack {s} win 65535"),
        ("FIN", "F. {n}:{n}(0) ack {s} win 65535"),
        ("no ACK bit", "F {n}:{n}(0) win 65535"),
    ];

    // What is sent in reply ("-": nothing; with its time if that is not now), and the state it leads to ("=": the same).
    private const string Challenge = ". {s}:{s}(0) ack {n}";

    private static readonly Dictionary<string, string[]> Table = new()
    {
        // In order:        SYN, RST exact, RST in window, RST outside, ACK, ACK of nothing sent,
        //                  old data, data, data beyond window, FIN, no ACK bit.
        ["Established"] =
        [
            $"{Challenge} =", "- Closed", $"{Challenge} =", "- =", "- =", $"{Challenge} =",
            $"{Challenge} =", ". {s}:{s}(0) ack {n+10} =", $"{Challenge} =", "+.04 > . {s}:{s}(0) ack {n+1} CloseWait", "- =",
        ],
        ["FinWait1"] =
        [
            $"{Challenge} =", "- Closed", $"{Challenge} =", "- =", "- FinWait2", $"{Challenge} =",
            $"{Challenge} =", ". {s}:{s}(0) ack {n+10} FinWait2", $"{Challenge} =", ". {s}:{s}(0) ack {n+1} TimeWait", "- =",
        ],
        ["FinWait2"] =
        [
            $"{Challenge} =", "- Closed", $"{Challenge} =", "- =", "- =", $"{Challenge} =",
            $"{Challenge} =", ". {s}:{s}(0) ack {n+10} =", $"{Challenge} =", ". {s}:{s}(0) ack {n+1} TimeWait", "- =",
        ],
        ["CloseWait"] =
        [
            $"{Challenge} =", "- Closed", $"{Challenge} =", "- =", "- =", $"{Challenge} =",
            $"{Challenge} =", "- =", $"{Challenge} =", $"{Challenge} =", "- =",
        ],
        ["Closing"] =
        [
            $"{Challenge} =", "- Closed", $"{Challenge} =", "- =", "- TimeWait", $"{Challenge} =",
            $"{Challenge} =", "- TimeWait", $"{Challenge} =", $"{Challenge} TimeWait", "- =",
        ],
        ["LastAck"] =
        [
            $"{Challenge} =", "- Closed", $"{Challenge} =", "- =", "- Closed", $"{Challenge} =",
            $"{Challenge} =", "- Closed", $"{Challenge} =", "- Closed", "- =",
        ],
        ["TimeWait"] =
        [
            "S. 65539:65539(0) ack {n+1} <mss 1460> Closed", "- =", "- =", "- =", "- =", $"{Challenge} =",
            $"{Challenge} =", "- =", $"{Challenge} =", $"{Challenge} =", "- =",
        ],
        ["SynReceived"] =
        [
            "- Closed", "- Closed", $"{Challenge} =", "- =", "- Established", "R {s+1000}:{s+1000}(0) win 0 =",
            "", ". {s}:{s}(0) ack {n+10} Established", $"{Challenge} =", ". {s}:{s}(0) ack {n+1} CloseWait", "- =",
        ],
        ["SynReceivedActive"] =
        [
            $"{Challenge} =", "- Closed", $"{Challenge} =", "- =", "- Established", "R {s+1000}:{s+1000}(0) win 0 =",
            "", ". {s}:{s}(0) ack {n+10} Established", $"{Challenge} =", ". {s}:{s}(0) ack {n+1} CloseWait", "- =",
        ],
        ["SynSent"] =
        [
            "S. 0:0(0) ack {n+1} win 65535 <mss 1460> SynReceived", "- =", "- =", "- =", "- =", "R {s+1000}:{s+1000}(0) win 0 =",
            "", "- =", "- =", "- =", "- =",
        ],
        ["Listen"] =
        [
            "S. 0:0(0) ack {n+1} win 65535 <mss 1460> =", "- =", "- =", "- =", "R 4:4(0) win 0 =", "R 1004:1004(0) win 0 =",
            "", "R 4:4(0) win 0 =", "R 4:4(0) win 0 =", "R 4:4(0) win 0 =", "- =",
        ],
    };

    public static TheoryData<string, string, string> Cells
    {
        get
        {
            TheoryData<string, string, string> cells = [];
            foreach ((string state, string[] row) in Table)
                for (int i = 0; i < Segments.Length; i++)
                    if (row[i].Length > 0) cells.Add(state, Segments[i].Kind, row[i]);
            return cells;
        }
    }

    [Fact]
    public void The_table_has_a_row_for_each_state_and_a_cell_for_each_segment()
    {
        Assert.Equal(StateScenario.Names.Order(), Table.Keys.Order());
        Assert.All(Table.Values, row => Assert.Equal(Segments.Length, row.Length));
    }

    [Theory, MemberData(nameof(Cells))]
    [Covers("TCP-SM-3", "TCP-SM-4", "TCP-SM-5", "TCP-SM-6", "TCP-SM-7", "TCP-SM-8", "TCP-SM-9", "TCP-SM-10", "TCP-SM-11", "TCP-SM-13", "TCP-SM-14")]
    [Covers("TCP-SM-15", "TCP-5961-1", "TCP-5961-2", "TCP-5961-3", "INV-11")]
    public void A_segment_gets_its_reply_and_leads_to_its_state(string state, string kind, string expected)
    {
        using TcpScenario tcp = StateScenario.Enter(state);
        uint next = StateScenario.ReceiveNext(state);
        uint sent = state == "Listen" ? 4 : StateScenario.SendNext(state);
        string segment = Segments.Single(candidate => candidate.Kind == kind).Segment;
        tcp.Inject("+0 < " + Fill(segment, next, sent));
        int space = expected.LastIndexOf(' ');
        string reply = expected[..space];
        string after = expected[(space + 1)..];
        if (reply != "-") tcp.ExpectUnanchored((reply[0] == '+' ? "" : "+0 > ") + Fill(reply, next, sent));
        tcp.ExpectSilence();
        if (state != "Listen") Assert.Equal(after == "=" ? StateScenario.StateOf(state) : StateScenario.StateOf(after), tcp.State);
        if (kind == "RST exact" && state is not ("Listen" or "SynSent" or "SynReceived" or "TimeWait"))
            Assert.Equal(state == "SynReceivedActive" ? TransportError.ConnectionRefused : TransportError.ConnectionReset, tcp.Connection!.Error);
    }

    private static string Fill(string text, uint next, uint sent)
    {
        while (text.IndexOf('{', StringComparison.Ordinal) is >= 0 and int open)
        {
            int close = text.IndexOf('}', open);
            string term = text[(open + 1)..close];
            uint value = term[0] == 'n' ? next : sent;
            if (term.Length > 1) value = (uint)(value + int.Parse(term[1..], System.Globalization.CultureInfo.InvariantCulture));
            text = string.Concat(text.AsSpan(0, open), value.ToString(System.Globalization.CultureInfo.InvariantCulture), text.AsSpan(close + 1));
        }
        return text;
    }
}
