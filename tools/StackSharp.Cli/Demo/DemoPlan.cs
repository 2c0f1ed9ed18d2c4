namespace StackSharp.Cli.Demo;

/// <summary>What the demo moves, and over what link.</summary>
/// <param name="RoundTripTime">Of the link alone; each direction delays by half of it.</param>
/// <param name="LossPercent">In each direction.</param>
/// <param name="BitsPerSecond">In each direction; null: no limit.</param>
/// <param name="Octets">Length of the file that is fetched.</param>
/// <param name="Seed">Of the file's content and of the losses.</param>
/// <param name="Capture">File for the recording.</param>
internal sealed record DemoPlan(TimeSpan RoundTripTime, double LossPercent, long? BitsPerSecond, long Octets, ulong Seed, string Capture);
