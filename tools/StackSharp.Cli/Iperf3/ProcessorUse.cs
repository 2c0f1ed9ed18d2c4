using System.Diagnostics;

namespace StackSharp.Cli.Iperf3;

/// <summary>Processor time of this process since a moment, in percent of one core.</summary>
internal sealed class ProcessorUse
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Environment.ProcessCpuUsage _before = Environment.CpuUsage;

    public (double Total, double User, double System) Percent
    {
        get
        {
            Environment.ProcessCpuUsage now = Environment.CpuUsage;
            double elapsed = Math.Max(1e-6, Stopwatch.GetElapsedTime(_started).TotalSeconds);
            double user = 100 * (now.UserTime - _before.UserTime).TotalSeconds / elapsed;
            double system = 100 * (now.PrivilegedTime - _before.PrivilegedTime).TotalSeconds / elapsed;
            return (user + system, user, system);
        }
    }
}
