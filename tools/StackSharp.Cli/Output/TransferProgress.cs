using System.Threading.Tasks;
using Spectre.Console;

namespace StackSharp.Cli.Output;

/// <summary>A progress bar on standard error for a transfer, where there is a terminal to show it.</summary>
internal static class TransferProgress
{
    /// <param name="total">Octets in all; null: not known.</param>
    /// <param name="transfer">Does the work and calls its argument with the octets that have been moved since the last call.</param>
    public static async Task RunAsync(string title, long? total, Func<Action<long>, Task> transfer)
    {
        if (Console.IsErrorRedirected)
        {
            await transfer(_ => { });
            return;
        }

        await Terminal.Error().Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(title), maxValue: total ?? 1);
                task.IsIndeterminate = total is null;
                await transfer(octets => task.Increment(octets));
            });
    }
}
