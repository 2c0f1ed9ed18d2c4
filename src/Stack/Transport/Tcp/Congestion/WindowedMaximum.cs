namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>The largest value of a sliding window, in constant space: beside the largest it keeps the best of what came after it, and of what came after that.</summary>
/// <remarks>After Kathleen Nichols' algorithm: exact while the values fall, and never less than the largest of the latest third of the window.</remarks>
internal struct WindowedMaximum
{
    private (long Value, int At) _first;
    private (long Value, int At) _second;
    private (long Value, int At) _third;

    public readonly long Value => _first.Value;

    /// <summary>Takes a value.</summary>
    /// <param name="at">When, in whatever unit; never earlier than the last one.</param>
    /// <param name="length">How long a value counts.</param>
    public void Update(long value, int at, int length)
    {
        if (value >= _first.Value || at - _third.At > length)
        {
            _first = _second = _third = (value, at);
            return;
        }
        if (value >= _second.Value) _second = _third = (value, at);
        else if (value >= _third.Value) _third = (value, at);
        if (at - _first.At > length)
        {
            _first = _second;
            _second = _third;
            _third = (value, at);
            if (at - _first.At > length)
            {
                _first = _second;
                _second = _third;
            }
            return;
        }
        // A candidate that is as old as the one before it would be no help when that one expires.
        if (_second.At == _first.At && at - _first.At > length / 4) _second = _third = (value, at);
        else if (_third.At == _second.At && at - _second.At > length / 2) _third = (value, at);
    }
}
