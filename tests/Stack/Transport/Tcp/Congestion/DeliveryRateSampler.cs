using StackSharp.Stack.Transport.Tcp.Congestion;

namespace StackSharp.Tests.Stack.Transport.Tcp.Congestion;

/// <summary>The delivery-rate sampler of draft-ietf-ccwg-bbr §4.1, for <see cref="SimulatedPath"/>.</summary>
internal sealed class DeliveryRateSampler
{
    private long _deliveredAt;
    private long _firstSentAt;
    private long _limitedUntil;

    public long Delivered { get; private set; }

    public long Lost { get; set; }

    public bool IsApplicationLimited => _limitedUntil > 0;

    public void OnSent(SimulatedPath.Packet packet, bool isAfterIdle, long now)
    {
        if (isAfterIdle) _firstSentAt = _deliveredAt = now;
        packet.FirstSentAt = _firstSentAt;
        packet.DeliveredWhenSent = Delivered;
        packet.DeliveredAtWhenSent = _deliveredAt;
        packet.LostWhenSent = Lost;
        packet.IsApplicationLimited = IsApplicationLimited;
    }

    public void MarkApplicationLimited(long inFlight) => _limitedUntil = Math.Max(Delivered + inFlight, 1);

    public void OnDelivered(SimulatedPath.Packet packet, long octets, long now)
    {
        Delivered += octets;
        _deliveredAt = now;
        _firstSentAt = packet.SentAt;
        if (IsApplicationLimited && Delivered > _limitedUntil) _limitedUntil = 0;
    }

    public RateSample Take(SimulatedPath.Packet latest, TimeSpan minimumRoundTrip)
    {
        long interval = Math.Max(latest.SentAt - latest.FirstSentAt, _deliveredAt - latest.DeliveredAtWhenSent);
        bool isValid = interval >= minimumRoundTrip.Ticks * 100;
        return new RateSample
        {
            Delivered = Delivered,
            PriorDelivered = latest.DeliveredWhenSent,
            DeliveredInInterval = Delivered - latest.DeliveredWhenSent,
            Interval = isValid ? TimeSpan.FromTicks(interval / 100) : TimeSpan.Zero,
            LostInInterval = Lost - latest.LostWhenSent,
            InFlightWhenSent = latest.InFlight,
            IsApplicationLimited = latest.IsApplicationLimited,
        };
    }
}
