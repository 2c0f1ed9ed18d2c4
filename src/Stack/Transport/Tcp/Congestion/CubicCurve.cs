namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>W_cubic(t) = C (t - K)^3 + W_max (RFC 9438 §4.2), in octets.</summary>
internal readonly struct CubicCurve
{
    /// <summary>C, in segments per cubic second.</summary>
    public const double Scale = 0.4;
    private readonly double _secondsToMaximum;
    private readonly double _maximum;

    private CubicCurve(double secondsToMaximum, double maximum)
    {
        _secondsToMaximum = secondsToMaximum;
        _maximum = maximum;
    }

    /// <summary>K.</summary>
    public TimeSpan ToMaximum => TimeSpan.FromSeconds(_secondsToMaximum);

    /// <summary>The curve that is at <paramref name="windowBytes"/> now and flat at <paramref name="maximumBytes"/>, which is no less.</summary>
    public static CubicCurve Between(long windowBytes, long maximumBytes, int segmentBytes) =>
        new(Math.Cbrt((maximumBytes - windowBytes) / (Scale * segmentBytes)), maximumBytes);

    public double At(TimeSpan elapsed, int segmentBytes)
    {
        double distance = elapsed.TotalSeconds - _secondsToMaximum;
        return Scale * segmentBytes * distance * distance * distance + _maximum;
    }
}
