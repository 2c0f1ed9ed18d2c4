// dotnet run --project samples/WinsockEcho [events|port [clients]]
using System.Globalization;
using WinsockEcho;

string style = args.Length > 0 ? args[0] : "port";
int clients = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10;
await Demonstration.RunAsync(style, clients, 1 << 20, Console.Out);
