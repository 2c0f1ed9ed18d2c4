using System.Threading.Tasks;
using Xunit;

namespace StackSharp.Tests.Api;

/// <summary>A limit for what must not hang.</summary>
internal static class Within
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Runs a blocking call on a thread of its own and fails if it does not return.</summary>
    public static T Run<T>(Func<T> call)
    {
        Task<T> task = Start(call);
        if (!task.Wait(Limit)) Assert.Fail("The call did not return in time.");
        return task.Result;
    }

    public static void Run(Action call) => Run(() =>
    {
        call();
        return 0;
    });

    /// <summary>Starts a blocking call on a thread of its own.</summary>
    public static Task<T> Start<T>(Func<T> call) => Task.Factory.StartNew(call, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Starts a call that is going to wait, and gives it time to do so.</summary>
    public static Task<T> StartWaiting<T>(Func<T> call)
    {
        Task<T> task = Start(call);
        Thread.Sleep(60);
        Assert.False(task.IsCompleted, "The call was expected to wait.");
        return task;
    }

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static Task Soon(this Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static Task<T> Soon<T>(this ValueTask<T> task) => task.AsTask().Soon();

    public static Task Soon(this ValueTask task) => task.AsTask().Soon();

    /// <summary>Polls for something that other threads bring about.</summary>
    public static void Happens(Func<bool> condition)
    {
        Assert.True(SpinWait.SpinUntil(condition, Limit), "It did not happen in time.");
    }
}
