using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace StackSharp.Benchmarks;

/// <summary>GB/s, where a benchmark has a parameter named Octets: what one call works on.</summary>
internal sealed class RateColumn : IColumn
{
    public const string Parameter = "Octets";

    public string Id => nameof(RateColumn);

    public string ColumnName => "GB/s";

    public bool AlwaysShow => false;

    public ColumnCategory Category => ColumnCategory.Statistics;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "10^9 octets per second, from the mean";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        // Octets per nanosecond are 10^9 octets per second.
        double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Mean;
        return nanoseconds is > 0 && benchmarkCase.Parameters[Parameter] is int octets
            ? (octets / nanoseconds.Value).ToString("0.00", CultureInfo.InvariantCulture)
            : "-";
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(benchmarkCase => benchmarkCase.Parameters[Parameter] is not null);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;
}
