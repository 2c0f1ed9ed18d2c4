using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>RFC 6528: ISN = M + F(connection, secret), M a clock of 4 µs ticks. Timestamps get an offset of their own the same way (RFC 7323 §7.1).</summary>
internal sealed class InitialSequenceNumbers(IRandomSource random)
{
    private readonly SipHash _sequence = new(random);
    private readonly SipHash _timestamp = new(random);

    public SequenceNumber Next(in IpEndpoint local, in IpEndpoint remote, Instant now) =>
        new((uint)_sequence.Compute(local.Address, remote.Address, Ports(local, remote)) + (uint)(now.Nanoseconds / 4000));

    /// <summary>What is added to the millisecond clock to make this connection's TSval. By address pair only, so that it keeps rising from one connection to the next (RFC 6191).</summary>
    public uint TimestampOffset(in IpEndpoint local, in IpEndpoint remote) =>
        (uint)_timestamp.Compute(local.Address, remote.Address, 0);

    private static ulong Ports(in IpEndpoint local, in IpEndpoint remote) => (ulong)local.Port << 16 | remote.Port;
}
