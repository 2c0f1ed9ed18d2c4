using System.Reflection;
using BenchmarkDotNet.Attributes;
using StackSharp.Benchmarks;
using Xunit;

namespace StackSharp.Tests.Architecture;

/// <summary>The benchmarks still do what they say, and what they measure allocates nothing; how fast it is, they tell by themselves.</summary>
public sealed class BenchmarkTests
{
    private const int WarmUpCalls = 2000;
    private const int Calls = 5000;
    private const int Runs = 5;

    public static TheoryData<string, string, int> Benchmarks()
    {
        TheoryData<string, string, int> rows = [];
        foreach (MethodInfo method in typeof(ChecksumBenchmarks).Assembly.GetExportedTypes().SelectMany(type => type.GetMethods()).Where(Has<BenchmarkAttribute>))
            foreach (int parameter in ParameterOf(method.DeclaringType!)?.GetCustomAttribute<ParamsAttribute>()!.Values.Cast<int>() ?? [0])
                rows.Add(method.DeclaringType!.Name, method.Name, parameter);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Benchmarks))]
    public void A_benchmark_does_its_work_and_allocates_nothing(string type, string method, int parameter)
    {
        Type benchmarks = typeof(ChecksumBenchmarks).Assembly.GetType($"{typeof(ChecksumBenchmarks).Namespace}.{type}", throwOnError: true)!;
        object instance = Activator.CreateInstance(benchmarks)!;
        ParameterOf(benchmarks)?.SetValue(instance, parameter);
        // Each returns what it has done: octets, a port, a count. 0 says that nothing came of it.
        Func<long> benchmark = benchmarks.GetMethod(method)!.CreateDelegate<Func<long>>(instance);
        Call<GlobalSetupAttribute>(instance);
        try
        {
            Assert.Equal(WarmUpCalls, CallsWithResult(benchmark, WarmUpCalls));
            // What a call allocates shows every time; what the runtime does once, when it swaps in faster code, does not.
            long least = long.MaxValue;
            for (int run = 0; run < Runs && least > 0; run++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                int successes = CallsWithResult(benchmark, Calls);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
                Assert.Equal(Calls, successes);
            }
            Assert.Equal(0, least);
        }
        finally
        {
            Call<GlobalCleanupAttribute>(instance);
        }
    }

    private static int CallsWithResult(Func<long> benchmark, int calls)
    {
        int successes = 0;
        for (int i = 0; i < calls; i++)
            if (benchmark() > 0) successes++;
        return successes;
    }

    private static PropertyInfo? ParameterOf(Type benchmarks) => benchmarks.GetProperties().SingleOrDefault(Has<ParamsAttribute>);

    private static bool Has<TAttribute>(MemberInfo member)
        where TAttribute : Attribute => member.GetCustomAttribute<TAttribute>() is not null;

    private static void Call<TAttribute>(object instance)
        where TAttribute : Attribute => instance.GetType().GetMethods().SingleOrDefault(Has<TAttribute>)?.Invoke(instance, null);
}
