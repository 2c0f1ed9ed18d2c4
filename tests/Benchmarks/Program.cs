using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace StackSharp.Benchmarks;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (!JobChoice.TryRead(arguments, out Job? job, out string[] rest))
        {
            Console.Error.WriteLine($"benchmarks: --job takes one of {string.Join(", ", JobChoice.Names)}.");
            return 2;
        }
        // In this process: building a project for each benchmark, as is the default, takes minutes and wants a package server.
        IConfig config = DefaultConfig.Instance
            .AddJob(job.WithToolchain(InProcessEmitToolchain.Instance).AsDefault())
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumn(new RateColumn())
            .HideColumns(Column.Error, Column.RatioSD)
            .WithArtifactsPath(System.IO.Path.Combine("artifacts", "benchmarks"));
        return BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(rest, config).Any(summary => summary.HasCriticalValidationErrors) ? 1 : 0;
    }
}
