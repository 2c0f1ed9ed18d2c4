using System.Globalization;
using System.Net;

namespace StackSharp.Cli.Iperf3;

/// <summary>What a test was begun with; names are those of iperf3's JSON.</summary>
internal sealed record StartReport(
    IReadOnlyList<ConnectedReport> Connected, string Version, string SystemInfo, TimestampReport Timestamp, ConnectingReport ConnectingTo,
    string Cookie, long? TcpMssDefault, long TargetBitrate, SettingsReport TestStart)
{
    public static StartReport Create(ClientPlan plan, TestParameters parameters, StreamSet streams, TestCookie cookie, ControlChannel control)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return new StartReport(
            [.. streams.Streams.Select(ConnectedReport.Create)],
            "stacksharp",
            Environment.OSVersion.VersionString,
            new TimestampReport(now.ToString("R", CultureInfo.InvariantCulture), now.ToUnixTimeSeconds()),
            new ConnectingReport(plan.Host, plan.Server.Port),
            cookie.Text,
            parameters.Udp ? null : control.Socket.GetTcpInfo()?.SendMss,
            parameters.BitsPerSecond,
            new SettingsReport(
                parameters.Udp ? "UDP" : "TCP", parameters.Streams, parameters.BlockBytes, parameters.Omit, parameters.Seconds, parameters.Octets,
                parameters.Blocks, parameters.Reverse ? 1 : 0, parameters.TypeOfService, parameters.BitsPerSecond));
    }
}

internal sealed record ConnectedReport(int Socket, string LocalHost, int LocalPort, string RemoteHost, int RemotePort)
{
    public static ConnectedReport Create(TestStream stream)
    {
        IPEndPoint local = (IPEndPoint)stream.Socket.LocalEndPoint!;
        IPEndPoint remote = (IPEndPoint)stream.Socket.RemoteEndPoint;
        return new ConnectedReport(stream.Id, local.Address.ToString(), local.Port, remote.Address.ToString(), remote.Port);
    }
}

/// <param name="Timesecs">Seconds since 1970.</param>
internal sealed record TimestampReport(string Time, long Timesecs);

internal sealed record ConnectingReport(string Host, int Port);

/// <param name="Blksize">Octets.</param>
/// <param name="Omit">Seconds.</param>
/// <param name="Duration">Seconds; 0: until all is sent.</param>
/// <param name="Reverse">1: the server sends.</param>
/// <param name="TargetBitrate">Bits per second of each stream; 0: no limit.</param>
internal sealed record SettingsReport(
    string Protocol, long NumStreams, long Blksize, long Omit, long Duration, long Bytes, long Blocks,
    int Reverse, long Tos, long TargetBitrate);
