// dotnet run --project samples/CongestionPlugIn [vegas|cubic|reno|...]
using CongestionPlugIn;

await Transfer.RunAsync(args.Length > 0 ? args[0] : "vegas", 8 << 20, Console.Out);
