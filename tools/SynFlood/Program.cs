using System.Diagnostics;
using System.Globalization;
using StackSharp.Drivers;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;

namespace StackSharp.SynFlood;

/// <summary>Sends SYNs at a steady rate from a packet socket: the load of tools/syn-flood, for interfaces of a namespace that was made for it.</summary>
internal static class Program
{
    private const int MostInBatch = 64;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    public static int Main(string[] arguments)
    {
        try
        {
            FloodPlan plan = FloodPlan.Parse(arguments);
            using ILinkDevice device = DeviceName.Open($"packet:{plan.Interface}");
            (long sent, TimeSpan took) = Send(plan, device);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sent} {sent / took.TotalSeconds:0}"));
            return 0;
        }
        catch (Exception failure) when (failure is FormatException or DeviceException)
        {
            Console.Error.WriteLine($"stacksharp-syn-flood: {failure.Message}");
            return failure is FormatException ? 2 : 1;
        }
    }

    // What is due is sent every millisecond; whoever was kept from running does not catch up on more than a tenth of a second.
    private static (long Sent, TimeSpan Took) Send(FloodPlan plan, ILinkDevice device)
    {
        using TransmitFramePool pool = new(MostInBatch);
        TransmitFrame[] batch = new TransmitFrame[MostInBatch];
        SynFrames frames = new(plan);
        long sent = 0;
        double due = 0;
        long begin = Stopwatch.GetTimestamp();
        TimeSpan last = TimeSpan.Zero;
        while (true)
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(begin);
            if (elapsed >= plan.Duration) return (sent, elapsed);
            due = Math.Min(due + (elapsed - last).TotalSeconds * plan.Rate, plan.Rate / 10.0);
            last = elapsed;
            while (due >= 1)
            {
                int count = (int)Math.Min(due, MostInBatch);
                for (int i = 0; i < count; i++)
                {
                    batch[i] = pool.TryRent()!;
                    frames.Write(batch[i], device.Info.Address);
                }
                sent += device.Transmit(batch.AsSpan(0, count));
                due -= count;
            }
            Thread.Sleep(Step);
        }
    }
}
