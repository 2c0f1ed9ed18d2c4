// dotnet run --project samples/EventEcho [clients]
using System.Globalization;
using EventEcho;

await Demonstration.RunAsync(args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10, 1 << 20, Console.Out);
