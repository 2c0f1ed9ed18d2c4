using System.Globalization;
using System.Text;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Tracing;

namespace StackSharp.Tests.TestKit.Tcp;

/// <summary>Keeps all events of the connections that report to it.</summary>
internal sealed class RecordedEvents : ITcpEventSink
{
    private readonly List<TcpTraceEvent> _all = [];

    public IReadOnlyList<TcpTraceEvent> All => _all;

    /// <summary>What happened, in order, without the acknowledgments.</summary>
    public IEnumerable<TcpTraceKind> Kinds => _all.Select(happened => happened.Kind).Where(kind => kind != TcpTraceKind.Acknowledged);

    public void OnEvent(in TcpTraceEvent happened) => _all.Add(happened);

    public void Clear() => _all.Clear();

    /// <summary>The events as docs/tcp.md shows them.</summary>
    public string Table()
    {
        Instant origin = _all.Count > 0 ? _all[0].At : Instant.Origin;
        StringBuilder text = new("    ms  event            phase            octets  offset   cwnd  ssthresh  in flight\n");
        foreach (TcpTraceEvent happened in _all)
        {
            string threshold = happened.SlowStartThreshold == long.MaxValue ? "-" : happened.SlowStartThreshold.ToString(CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{(happened.At - origin).TotalMilliseconds,6:0}  {happened.Kind,-15}  {happened.Phase,-15}  {happened.Octets,6}  {happened.Offset,6}");
            text.Append(CultureInfo.InvariantCulture, $"  {happened.CongestionWindow,5}  {threshold,8}  {happened.InFlight,9}\n");
        }
        return text.ToString();
    }
}
